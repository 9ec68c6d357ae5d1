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
        AdapterBody: {
            created_at: string | null;
            name: string;
            policy: components["schemas"]["Policy"];
            revision: number;
            title: string;
            updated_at: string | null;
            zone: string | null;
        };
        Adoption: {
            name: string;
            reason?: string;
            role?: string | null;
            vessel?: string | null;
        };
        AgentBody: {
            agent: string;
            clock_ms: number | null;
            devices: number;
            given_up: number;
            known_since: string | null;
            last_seen: string | null;
            queue: number | null;
            state: string;
            version: string | null;
            vessels: string[];
        };
        AgentWish: {
            agent: string;
            reason?: string;
        };
        AlgorithmBody: {
            description: string;
            name: string;
            schema: {
                [key: string]: unknown;
            };
            title: string;
        };
        Assignment: {
            beer?: number;
            calibration?: number;
            chamber?: number;
            function?: string;
            inverted?: boolean;
            reason?: string;
            slot?: number;
        };
        BatchBody: {
            abv: number | null;
            attenuation: number | null;
            completeness: number | null;
            created_at: string;
            days: number | null;
            deleted_at: string | null;
            finished_at: string | null;
            first_gravity: number | null;
            id: string;
            intervals: components["schemas"]["IntervalBody"][];
            latest_gravity: number | null;
            name: string;
            original_gravity: number | null;
            revision: number;
            roles: {
                [key: string]: string;
            };
            source: string;
            started_at: string | null;
            state: "finished" | "paused" | "planned" | "running";
            style: string;
            target_gravity: number | null;
            updated_at: string;
            vessel: string | null;
            volume_l: number | null;
            yeast: string;
        };
        BatchWish: {
            name: string;
            original_gravity?: number | null;
            reason?: string;
            style?: string;
            target_gravity?: number | null;
            vessel?: string | null;
            volume_l?: number | null;
            yeast?: string;
        };
        CallerBody: {
            id: string;
            login: string;
            name: string;
            role: string;
        };
        ChamberBody: {
            agent: string;
            created_at: string;
            id: string;
            name: string;
            revision: number;
            updated_at: string;
        };
        ChamberPatch: {
            agent?: string | null;
            name?: string;
            reason?: string;
        };
        ChamberWish: {
            agent?: string;
            name: string;
            reason?: string;
        };
        Choice: {
            device_type: string;
            function: string;
            hardware: string[];
            of_beer?: boolean;
            title: string;
        };
        ControllerBody: {
            agent: string;
            board: string;
            chambers: components["schemas"]["ControllerChamber"][];
            created_at: string;
            detail: string;
            driver: string;
            firmware: string;
            last_seen: string | null;
            name: string;
            revision: number;
            settings: {
                [key: string]: unknown;
            };
            state: "connected" | "lost" | "offline" | "opening" | "strange";
            title: string;
            updated_at: string;
            vessel: string | null;
        };
        ControllerChamber: {
            devices: string[];
            id: string;
            name: string;
        };
        ControllerDetail: {
            agent: string;
            board: string;
            chambers: components["schemas"]["ControllerChamber"][];
            choices: components["schemas"]["Choice"][];
            created_at: string;
            detail: string;
            display: string[];
            doing: components["schemas"]["DoingBody"] | null;
            driver: string;
            firmware: string;
            last_seen: string | null;
            name: string;
            parameters: components["schemas"]["Parameter"][];
            revision: number;
            settings: {
                [key: string]: unknown;
            };
            slots: number;
            state: "connected" | "lost" | "offline" | "opening" | "strange";
            title: string;
            updated_at: string;
            vessel: string | null;
        };
        ControllerKindBody: {
            name: string;
            schema: {
                [key: string]: unknown;
            };
            title: string;
        };
        ControllerPatch: {
            chambers?: {
                [key: string]: string | null;
            };
            reason?: string;
            settings?: {
                [key: string]: unknown;
            };
        };
        ControllerWish: {
            driver: string;
            elsewhere?: boolean;
            name: string;
            reason?: string;
            settings?: {
                [key: string]: unknown;
            };
        };
        CorrectionBody: {
            by: string;
            created_at: string;
            from: string;
            id: string;
            kind: "mask" | "replace" | "shift";
            reason: string;
            revision: number;
            series: string;
            to: string;
            updated_at: string;
            value: number | null;
        };
        CorrectionWish: {
            from: string | number;
            kind: "mask" | "replace" | "shift";
            reason?: string;
            series: string;
            to: string | number;
            value?: number | null;
        };
        CurveBody: {
            gap_s: number | null;
            id: string;
            max?: number[];
            mean?: number[];
            min?: number[];
            quality?: string[];
            t: number[];
            v?: number[];
        };
        Demanded: {
            at: string | null;
            cool: number;
            heat: number;
            why: string[];
        };
        DeviceBody: {
            agent: string;
            at: string | null;
            driver: string | null;
            id: string;
            kind: string;
            last_seen: string | null;
            name: string;
            quality: string | null;
            revision: number;
            series: {
                [key: string]: string;
            };
            settings?: {
                [key: string]: unknown;
            };
            state: "adopted" | "discovered" | "ignored";
            text?: string;
            title: string;
            unit: string;
            uses: components["schemas"]["Use"][];
            value: number | null;
        };
        DevicePatch: {
            reason?: string;
            title?: string | null;
        };
        DoingBody: {
            code: number;
            remaining_s: number | null;
            since: string | null;
            text: string;
        };
        DoorBody: {
            allow: string[];
            description: string;
            enabled: boolean;
            knocks: number;
            may_switch: boolean;
            methods: string[];
            name: string;
            paths: string[];
            port: number | null;
            problem: string | null;
            proof: "login" | "network";
            recent_knocks: components["schemas"]["KnockBody"][];
            recent_refusals: components["schemas"]["RefusalBody"][];
            refusals: number;
            revision: number;
            schema: {
                [key: string]: unknown;
            };
            settings: {
                [key: string]: unknown;
            };
            tcp_port: number | null;
            title: string;
        };
        DoorPatch: {
            allow?: string[];
            enabled?: boolean;
            may_switch?: boolean;
            port?: number | null;
            reason?: string;
            settings?: {
                [key: string]: unknown;
            };
        };
        EntryBody: {
            action: string;
            at: string;
            by: string;
            detail: string;
            id: string;
            reason: string;
            what: string;
        };
        EventBody: {
            at: string;
            id: string;
            kind: string;
            text: string;
        };
        FileReport: {
            batch: string | null;
            file: string;
            format: string;
            from: string;
            more_skipped?: number;
            preview?: components["schemas"]["Preview"];
            remarks?: string[];
            repeated: number;
            rows: number;
            skipped: components["schemas"]["Skipped"][];
            stored: number;
            to: string;
            zone: string;
        };
        Filling: {
            done: number;
            making?: string[];
        };
        FirstAdmin: {
            code?: string | null;
            login: string;
            name?: string;
            password: string;
        };
        Found: {
            title: string;
            what: string;
        };
        GapBody: {
            cause: string;
            from: string;
            minutes: number;
            to: string;
        };
        Health: {
            demo: boolean;
            filling: components["schemas"]["Filling"] | null;
            problems: string[];
            speed: number;
            status: string;
            time: string;
            version: string;
            wanted_speed: number;
            zone: string;
        };
        ImportReport: {
            detail?: string;
            files: components["schemas"]["FileReport"][];
            id?: string;
            passed_over?: components["schemas"]["PassedOver"][];
            share?: number;
            state?: string;
        };
        IntervalBody: {
            from: string;
            role: string;
            series: string;
            to: string;
        };
        IoDevice: {
            address?: string;
            beer?: number;
            calibration?: number;
            chamber?: number;
            device_type: string;
            function?: string;
            hardware: string;
            id: string;
            inverted?: boolean;
            pin?: number | null;
            slot?: number | null;
            title?: string;
            value?: number | boolean | null;
        };
        KnockBody: {
            address: string;
            at: string;
            node: string;
            readings: number;
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
        Limits: {
            max?: number;
            min?: number;
        };
        LimitsPatch: {
            max?: number;
            min?: number;
        };
        LineBody: {
            level: string;
            text: string;
            time: string;
        };
        Me: {
            user: components["schemas"]["CallerBody"];
        };
        Metric: {
            agreed?: boolean;
            max?: number | null;
            min?: number | null;
            name: string;
            title?: string;
            unit?: string;
        };
        Mode: "beer" | "chamber" | "off" | "profile";
        NewAgent: {
            agent: string;
            clock_ms: number | null;
            command: string;
            devices: number;
            given_up: number;
            known_since: string | null;
            last_seen: string | null;
            queue: number | null;
            state: string;
            token: string;
            version: string | null;
            vessels: string[];
        };
        NewController: {
            agent: string;
            board: string;
            chambers: components["schemas"]["ControllerChamber"][];
            choices: components["schemas"]["Choice"][];
            command: string | null;
            created_at: string;
            detail: string;
            display: string[];
            doing: components["schemas"]["DoingBody"] | null;
            driver: string;
            firmware: string;
            last_seen: string | null;
            name: string;
            parameters: components["schemas"]["Parameter"][];
            revision: number;
            settings: {
                [key: string]: unknown;
            };
            slots: number;
            state: "connected" | "lost" | "offline" | "opening" | "strange";
            title: string;
            token: string | null;
            updated_at: string;
            vessel: string | null;
        };
        NewToken: {
            adapters: string[];
            created_at: string;
            expires_at: string | null;
            id: string;
            revision: number;
            role: string;
            title: string;
            token: string;
            updated_at: string;
        };
        Node: {
            agreed?: boolean;
            kind?: string;
            name: string;
            title?: string;
        };
        Observed: {
            at: string | null;
            beer: number | null;
            chamber: number | null;
            cool: boolean | null;
            heat: boolean | null;
            stale: boolean;
        };
        OutputBody: {
            run_minutes: number;
            starts: number;
        };
        Parameter: {
            default?: number | string | boolean | null;
            group: string;
            key: string;
            least?: number | null;
            most?: number | null;
            options?: string[];
            text: string;
            title: string;
            unit?: string;
            value: number | string | boolean | null;
            writable?: boolean;
        };
        ParametersBody: {
            parameters: components["schemas"]["Parameter"][];
        };
        PassedOver: {
            file: string;
            reason: string;
        };
        Policy: "agreed" | "open";
        Preview: {
            columns: components["schemas"]["Found"][];
            format: string;
            mapping?: string;
            questions: components["schemas"]["Question"][];
            rows: components["schemas"]["Seen"][];
            title: string;
        };
        ProcessFacts: {
            cpu_percent?: number | null;
            detail?: string;
            memory_mb?: number | null;
            name: string;
            pid?: number | null;
            restarts?: number;
            since?: string | null;
            state: string;
        };
        ProcessList: {
            items: components["schemas"]["ProcessFacts"][];
            managed: boolean;
            next?: string | null;
        };
        Proof: {
            key?: string | null;
            login?: string | null;
            password?: string | null;
        };
        Question: {
            about: string;
            text: string;
        };
        ReadingBody: {
            quality: string;
            t: string;
            v: number;
        };
        RefusalBody: {
            address: string;
            at: string;
            reason: string;
            times: number;
        };
        RegularityBody: {
            every_s: number | null;
            gap_s: number | null;
            gaps: components["schemas"]["SilentSpanBody"][];
            gaps_left_out: number;
            longest_s: number | null;
            rate_per_h: number;
            readings: number;
            silent_for_s: number | null;
        };
        ReportBody: {
            band_c: number;
            batch: components["schemas"]["BatchBody"];
            completeness: number | null;
            cool: components["schemas"]["OutputBody"] | null;
            energy_kwh: number | null;
            events: components["schemas"]["EventBody"][];
            heat: components["schemas"]["OutputBody"] | null;
            out_of_band_minutes: number | null;
            roles: components["schemas"]["RoleReportBody"][];
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
        ResetWish: {
            reason?: string;
            what: "constants" | "memory" | "settings";
        };
        RoleReportBody: {
            completeness: number | null;
            gap_s: number;
            gaps: components["schemas"]["GapBody"][];
            gaps_left_out: number;
            intervals: components["schemas"]["IntervalBody"][];
            max: number | null;
            mean: number | null;
            min: number | null;
            readings: number;
            role: string;
            unit: string;
        };
        Seen: {
            metric: string;
            time: string;
            unit: string;
            value: number;
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
            store: components["schemas"]["StoreBody"];
            unit: string;
        };
        SeriesRegularityBody: {
            gap_s: number | null;
            gaps_24h: number;
            id: string;
            longest_s: number | null;
            rate_per_h: number;
            silent_for_s: number | null;
        };
        SettingBody: {
            created_at: string;
            key: string;
            revision: number;
            updated_at: string;
            value: unknown;
        };
        SetupState: {
            needed: boolean;
        };
        SilentSpanBody: {
            from: string;
            seconds: number;
            to: string;
        };
        Skipped: {
            line: number;
            reason: string;
        };
        StoreBody: {
            chosen: boolean;
            deadband: number;
            every_s: number;
            longest_s: number;
        };
        TokenBody: {
            adapters: string[];
            created_at: string;
            expires_at: string | null;
            id: string;
            revision: number;
            role: string;
            title: string;
            updated_at: string;
        };
        TokenWish: {
            adapters?: string[];
            expires_at?: string | null;
            reason?: string;
            role: components["schemas"]["UserRole"];
            title: string;
        };
        Use: {
            role: string;
            vessel: string;
        };
        UserBody: {
            created_at: string;
            id: string;
            last_seen: string | null;
            login: string;
            name: string;
            revision: number;
            role: string;
            updated_at: string;
        };
        UserPatch: {
            login?: string;
            name?: string | null;
            password?: string | null;
            reason?: string;
            role?: components["schemas"]["UserRole"];
        };
        UserRole: "admin" | "agent" | "brewer" | "sender" | "viewer";
        UserWish: {
            login: string;
            name?: string;
            password?: string | null;
            reason?: string;
            role: components["schemas"]["UserRole"];
        };
        VesselBody: {
            accepted: components["schemas"]["Accepted"];
            agent: string;
            algorithm: string;
            batch: string | null;
            chamber: string | null;
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
            settings: {
                [key: string]: unknown;
            };
            updated_at: string;
        };
        VesselLimits: {
            max: number;
            min: number;
        };
        VesselPatch: {
            agent?: string | null;
            algorithm?: string | null;
            chamber?: string | null;
            kind?: string | null;
            limits?: components["schemas"]["LimitsPatch"] | null;
            name?: string;
            reason?: string;
            roles?: {
                [key: string]: string | null;
            } | null;
            settings?: {
                [key: string]: unknown;
            } | null;
        };
        VesselWish: {
            agent?: string;
            algorithm?: string;
            chamber?: string | null;
            kind?: string;
            limits?: components["schemas"]["Limits"];
            name: string;
            reason?: string;
            roles?: {
                [key: string]: string;
            };
            settings?: {
                [key: string]: unknown;
            };
        };
        WishBody: {
            mode: components["schemas"]["Mode"];
            profile?: string | null;
            reason?: string;
            revision?: number | null;
            start?: (string | number) | null;
            unit?: "C" | "F" | "K";
            value?: number | null;
        };
    };
}
