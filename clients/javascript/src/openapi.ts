/* Drawn from the server's description by `npm run types` in web/. Not to be edited. */

export interface components {
    schemas: {
        /**
         * Accepted
         * @description The wish that the agent holds, and where the latest one stands.
         */
        Accepted: {
            at: string;
            by: string;
            detail: string;
            mode: string;
            profile: string | null;
            reason: string;
            revision: number;
            state: string;
            value: number | null;
        };
        /**
         * AgentBody
         * @description An agent as everybody outside sees it; `queue` counts what it still owes, None when unknown.
         */
        AgentBody: {
            agent: string;
            /** @default null */
            queue?: number | null;
            state: string;
        };
        /**
         * BatchBody
         * @description A batch. `roles` names series ids; `source` says where an imported one came from.
         */
        BatchBody: {
            finished_at: string | null;
            id: string;
            name: string;
            revision: number;
            roles: {
                [key: string]: string;
            };
            source: string;
            started_at: string | null;
            state: string;
            vessel: string | null;
        };
        /**
         * CallerBody
         * @description A person, or a program by its token's id and title.
         */
        CallerBody: {
            id: string;
            login: string;
            name: string;
            role: string;
        };
        /**
         * CurveBody
         * @description A series as columns of equal length; `t` is in UTC milliseconds.
         *
         *     Either every point `v`, or from `t` on the least, mean and greatest value of a bucket. Points more than
         *     `gap_s` seconds apart are not to be joined; null while that is unknown.
         */
        CurveBody: {
            gap_s: number | null;
            id: string;
            max?: number[];
            mean?: number[];
            min?: number[];
            t: number[];
            v?: number[];
        };
        /**
         * Demanded
         * @description Shares of full heating and cooling power, 0 to 1, and why.
         */
        Demanded: {
            at: string | null;
            cool: number;
            heat: number;
            why: string[];
        };
        /**
         * EventBody
         * @description Something that happened to a batch.
         */
        EventBody: {
            at: string;
            kind: string;
            text: string;
        };
        /**
         * Filling
         * @description How much of a simulated past is there, 0 to 1.
         */
        Filling: {
            done: number;
        };
        /**
         * Health
         * @description The answer to "how are you". `problems` says in words what is degraded; `time` is now, at `speed` times real.
         */
        Health: {
            demo: boolean;
            filling: components["schemas"]["Filling"] | null;
            problems: string[];
            speed: number;
            status: string;
            time: string;
            version: string;
            zone: string;
        };
        /**
         * LatestBody
         * @description The newest reading of a series.
         */
        LatestBody: {
            adapter: string;
            id: string;
            metric: string;
            node: string;
            quality: string;
            t: string;
            v: number;
        };
        /**
         * Me
         * @description Who is asking.
         */
        Me: {
            user: components["schemas"]["CallerBody"];
        };
        /**
         * Mode
         * @description What is held: nothing, the chamber, the beer, or the beer along a profile.
         * @enum {unknown}
         */
        Mode: "beer" | "chamber" | "off" | "profile";
        /**
         * Observed
         * @description What was last seen. Temperatures in °C.
         */
        Observed: {
            at: string | null;
            beer: number | null;
            chamber: number | null;
            cool: boolean | null;
            heat: boolean | null;
            stale: boolean;
        };
        /**
         * Proof
         * @description What proves who one is: login and password, or a key that works once.
         */
        Proof: {
            /** @default null */
            key?: string | null;
            /** @default null */
            login?: string | null;
            /** @default null */
            password?: string | null;
        };
        /**
         * ReadingBody
         * @description A reading. `t` is ISO 8601 in UTC; `quality` is good, doubtful or bad.
         */
        ReadingBody: {
            quality: string;
            t: string;
            v: number;
        };
        /**
         * Requested
         * @description A wish. `value` in °C.
         */
        Requested: {
            at: string;
            by: string;
            mode: string;
            profile: string | null;
            reason: string;
            revision: number;
            value: number | null;
        };
        /**
         * SeriesBody
         * @description A series with its unit, empty where unknown, and what is stored of it.
         */
        SeriesBody: {
            adapter: string;
            count: number;
            first: string | null;
            id: string;
            last: string | null;
            latest: components["schemas"]["ReadingBody"] | null;
            metric: string;
            node: string;
            unit: string;
        };
        /**
         * VesselBody
         * @description A vessel as everybody outside sees it. `roles` names series ids; `batch` the running one.
         */
        VesselBody: {
            accepted: components["schemas"]["Accepted"];
            agent: string;
            algorithm: string;
            batch: string | null;
            created_at: string;
            demanded: components["schemas"]["Demanded"];
            id: string;
            kind: string;
            limits: components["schemas"]["VesselLimits"];
            name: string;
            observed: components["schemas"]["Observed"];
            requested: components["schemas"]["Requested"];
            revision: number;
            roles: {
                [key: string]: string;
            };
            updated_at: string;
        };
        /**
         * VesselLimits
         * @description The setpoints allowed, °C.
         */
        VesselLimits: {
            max: number;
            min: number;
        };
        /**
         * WishBody
         * @description What is wished for a vessel: a `value` in the modes chamber and beer, a `profile` in the mode profile.
         *
         *     `revision` is the `requested.revision` that the sender saw; without it a newer wish is overruled.
         */
        WishBody: {
            mode: components["schemas"]["Mode"];
            /** @default null */
            profile?: string | null;
            /** @default  */
            reason?: string;
            /** @default null */
            revision?: number | null;
            /**
             * @default C
             * @enum {unknown}
             */
            unit?: "C" | "F" | "K";
            /** @default null */
            value?: number | null;
        };
    };
}
