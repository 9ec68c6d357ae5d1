/* Drawn from the server's description by `npm run types` in web/. Not to be edited. */

export interface components {
    schemas: {
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
        AgentBody: {
            agent: string;
            last_seen: string | null;
            queue: number | null;
            state: string;
        };
        BatchBody: {
            created_at: string;
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
            updated_at: string;
            vessel: string | null;
        };
        CallerBody: {
            id: string;
            login: string;
            name: string;
            role: string;
        };
        CurveBody: {
            gap_s: number | null;
            id: string;
            max?: number[];
            mean?: number[];
            min?: number[];
            t: number[];
            v?: number[];
        };
        Demanded: {
            at: string | null;
            cool: number;
            heat: number;
            why: string[];
        };
        EventBody: {
            at: string;
            kind: string;
            text: string;
        };
        Filling: {
            done: number;
        };
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
        LatestBody: {
            adapter: string;
            id: string;
            metric: string;
            node: string;
            quality: string;
            t: string;
            v: number;
        };
        Me: {
            user: components["schemas"]["CallerBody"];
        };
        Mode: "beer" | "chamber" | "off" | "profile";
        Observed: {
            at: string | null;
            beer: number | null;
            chamber: number | null;
            cool: boolean | null;
            heat: boolean | null;
            stale: boolean;
        };
        Proof: {
            key?: string | null;
            login?: string | null;
            password?: string | null;
        };
        ReadingBody: {
            quality: string;
            t: string;
            v: number;
        };
        Requested: {
            at: string;
            by: string;
            mode: string;
            profile: string | null;
            reason: string;
            revision: number;
            value: number | null;
        };
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
            settings: Record<string, never>;
            updated_at: string;
        };
        VesselLimits: {
            max: number;
            min: number;
        };
        WishBody: {
            mode: components["schemas"]["Mode"];
            profile?: string | null;
            reason?: string;
            revision?: number | null;
            unit?: "C" | "F" | "K";
            value?: number | null;
        };
    };
}
