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
        AdapterPage: {
            items: components["schemas"]["AdapterBody"][];
            next?: string | null;
        };
        AdaptersWish: {
            items: components["schemas"]["NamedAdapterWish"][];
            reason?: string;
        };
        AdapterWish: {
            policy?: components["schemas"]["Policy"];
            reason?: string;
            title?: string;
            zone?: string | null;
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
        AgentPage: {
            items: components["schemas"]["AgentBody"][];
            next?: string | null;
        };
        AgentWish: {
            agent: string;
            reason?: string;
        };
        AlarmBody: {
            acknowledged_at: string | null;
            at: string;
            by: string;
            cleared_at: string | null;
            detail: string;
            device: string | null;
            do: string;
            id: string;
            priority: components["schemas"]["Priority"];
            reason: string;
            revision: number;
            rule: string;
            shelved_until: string | null;
            since: string;
            state: components["schemas"]["AlarmState"];
            test: boolean;
            title: string;
            vessel: string | null;
        };
        AlarmDeed: {
            reason?: string;
        };
        AlarmPage: {
            items: components["schemas"]["AlarmBody"][];
            next?: string | null;
        };
        AlarmShelf: {
            minutes: number;
            reason?: string;
        };
        AlarmState: "acknowledged" | "normal" | "returned" | "shelved" | "unacknowledged";
        AlarmTrial: {
            detail?: string;
            priority?: components["schemas"]["Priority"];
            title: string;
            vessel?: string | null;
        };
        AlgorithmBody: {
            description: string;
            name: string;
            schema: {
                [key: string]: unknown;
            };
            title: string;
        };
        AlgorithmPage: {
            items: components["schemas"]["AlgorithmBody"][];
            next?: string | null;
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
        BatchPage: {
            items: components["schemas"]["BatchBody"][];
            next?: string | null;
        };
        BatchPatch: {
            name?: string;
            original_gravity?: number | null;
            reason?: string;
            style?: string | null;
            target_gravity?: number | null;
            vessel?: string | null;
            volume_l?: number | null;
            yeast?: string | null;
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
        Calls: {
            "/adapters": {
                /** List the adapters. */
                get: {
                    answer: components["schemas"]["AdapterPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Arrange several adapters. */
                put: {
                    answer: components["schemas"]["AdapterPage"];
                    body: components["schemas"]["AdaptersWish"];
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/adapters/{name}": {
                /** Read an adapter. */
                get: {
                    answer: components["schemas"]["AdapterBody"];
                    path: {
                        name: string;
                    };
                };
                /** Arrange an adapter. */
                put: {
                    answer: components["schemas"]["AdapterBody"];
                    body: components["schemas"]["AdapterWish"];
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/adapters/{name}/metrics": {
                /** List the metrics of an adapter. */
                get: {
                    answer: components["schemas"]["MetricPage"];
                    path: {
                        name: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Agree on metrics. */
                put: {
                    answer: components["schemas"]["MetricPage"];
                    body: components["schemas"]["MetricsWish"];
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/adapters/{name}/nodes": {
                /** List the nodes of an adapter. */
                get: {
                    answer: components["schemas"]["NodePage"];
                    path: {
                        name: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Agree on nodes. */
                put: {
                    answer: components["schemas"]["NodePage"];
                    body: components["schemas"]["NodesWish"];
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/adapters/{name}/regularity": {
                /** How regularly the series of an adapter report. */
                get: {
                    answer: components["schemas"]["SeriesRegularityPage"];
                    path: {
                        name: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/agents": {
                /** List the agents. */
                get: {
                    answer: components["schemas"]["AgentPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add an agent. */
                post: {
                    answer: components["schemas"]["NewAgent"];
                    body: components["schemas"]["AgentWish"];
                };
            };
            "/agents/{agent}": {
                /** Remove an agent. */
                delete: {
                    answer: undefined;
                    path: {
                        agent: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** Read an agent. */
                get: {
                    answer: components["schemas"]["AgentBody"];
                    path: {
                        agent: string;
                    };
                };
            };
            "/alarms": {
                /** List alarms. */
                get: {
                    answer: components["schemas"]["AlarmPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                        past?: boolean;
                        state?: components["schemas"]["AlarmState"];
                        vessel?: string;
                    };
                };
                /** Raise a test alarm. */
                post: {
                    answer: components["schemas"]["AlarmBody"];
                    body: components["schemas"]["AlarmTrial"];
                };
            };
            "/alarms/{id}": {
                /** Read an alarm. */
                get: {
                    answer: components["schemas"]["AlarmBody"];
                    path: {
                        id: string;
                    };
                };
            };
            "/alarms/{id}/acknowledge": {
                /** Acknowledge an alarm. */
                post: {
                    answer: components["schemas"]["AlarmBody"];
                    body?: components["schemas"]["AlarmDeed"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/alarms/{id}/shelve": {
                /** Shelve an alarm. */
                post: {
                    answer: components["schemas"]["AlarmBody"];
                    body: components["schemas"]["AlarmShelf"];
                    path: {
                        id: string;
                    };
                };
            };
            "/alarms/{id}/unshelve": {
                /** Take an alarm off the shelf. */
                post: {
                    answer: components["schemas"]["AlarmBody"];
                    body?: components["schemas"]["AlarmDeed"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/algorithms": {
                /** List the control algorithms. */
                get: {
                    answer: components["schemas"]["AlgorithmPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/batches": {
                /** List the batches. */
                get: {
                    answer: components["schemas"]["BatchPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                        state?: "planned" | "running" | "paused" | "finished" | "deleted";
                        vessel?: string;
                    };
                };
                /** Plan a batch. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body: components["schemas"]["BatchWish"];
                };
            };
            "/batches/{id}": {
                /** Put a batch into the bin. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a batch. */
                get: {
                    answer: components["schemas"]["BatchBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a batch. */
                patch: {
                    answer: components["schemas"]["BatchBody"];
                    body: components["schemas"]["BatchPatch"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
            };
            "/batches/{id}/events": {
                /** List what happened to a batch. */
                get: {
                    answer: components["schemas"]["EventPage"];
                    path: {
                        id: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Write down what happened to a batch. */
                post: {
                    answer: components["schemas"]["EventBody"];
                    body: components["schemas"]["EventWish"];
                    path: {
                        id: string;
                    };
                };
            };
            "/batches/{id}/events/{event}": {
                /** Strike out what happened to a batch. */
                delete: {
                    answer: undefined;
                    path: {
                        event: string;
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/batches/{id}/finish": {
                /** Finish a batch. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body?: components["schemas"]["TimedStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/batches/{id}/pause": {
                /** Pause a batch. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/batches/{id}/report": {
                /** Report of a batch. */
                get: {
                    answer: components["schemas"]["ReportBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        band_c?: number;
                    };
                };
            };
            "/batches/{id}/restore": {
                /** Take a batch out of the bin. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/batches/{id}/resume": {
                /** Let a paused batch go on. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/batches/{id}/start": {
                /** Start a batch. */
                post: {
                    answer: components["schemas"]["BatchBody"];
                    body?: components["schemas"]["TimedStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/chambers": {
                /** List the chambers. */
                get: {
                    answer: components["schemas"]["ChamberPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a chamber. */
                post: {
                    answer: components["schemas"]["ChamberBody"];
                    body: components["schemas"]["ChamberWish"];
                };
            };
            "/chambers/{id}": {
                /** Remove a chamber. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a chamber. */
                get: {
                    answer: components["schemas"]["ChamberBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a chamber. */
                patch: {
                    answer: components["schemas"]["ChamberBody"];
                    body: components["schemas"]["ChamberPatch"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
            };
            "/channels": {
                /** List the live channels. */
                get: {
                    answer: components["schemas"]["ChannelPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Declare a live channel. */
                post: {
                    answer: components["schemas"]["ChannelBody"];
                    body: components["schemas"]["ChannelWish"];
                };
            };
            "/channels/{name}": {
                /** Remove a live channel. */
                delete: {
                    answer: undefined;
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a live channel. */
                get: {
                    answer: components["schemas"]["ChannelBody"];
                    path: {
                        name: string;
                    };
                };
                /** Change a live channel. */
                patch: {
                    answer: components["schemas"]["ChannelBody"];
                    body: components["schemas"]["ChannelPatch"];
                    path: {
                        name: string;
                    };
                    seen?: number;
                };
                /** Publish to a live channel. */
                post: {
                    answer: components["schemas"]["PublishedBody"];
                    body: unknown;
                    path: {
                        name: string;
                    };
                };
            };
            "/chart": {
                /** Columns for drawing. */
                get: {
                    answer: components["schemas"]["ChartBody"];
                    query: {
                        corrected?: boolean;
                        from?: string;
                        quality?: "all";
                        series: string[];
                        to?: string;
                        width?: number;
                    };
                };
            };
            "/controllers": {
                /** List the controllers. */
                get: {
                    answer: components["schemas"]["ControllerPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a controller. */
                post: {
                    answer: components["schemas"]["NewController"];
                    body: components["schemas"]["ControllerWish"];
                };
            };
            "/controllers/{name}": {
                /** Remove a controller. */
                delete: {
                    answer: undefined;
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a controller. */
                get: {
                    answer: components["schemas"]["ControllerDetail"];
                    path: {
                        name: string;
                    };
                };
                /** Change a controller. */
                patch: {
                    answer: components["schemas"]["ControllerDetail"];
                    body: components["schemas"]["ControllerPatch"];
                    path: {
                        name: string;
                    };
                    seen?: number;
                };
            };
            "/controllers/{name}/devices": {
                /** List the hardware of a controller. */
                get: {
                    answer: components["schemas"]["IoDevicePage"];
                    path: {
                        name: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/controllers/{name}/devices/{id}": {
                /** Assign a device of a controller. */
                patch: {
                    answer: components["schemas"]["IoDevice"];
                    body: components["schemas"]["Assignment"];
                    path: {
                        id: string;
                        name: string;
                    };
                };
            };
            "/controllers/{name}/log": {
                /** Read the log of a controller. */
                get: {
                    answer: components["schemas"]["LinePage"];
                    path: {
                        name: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/controllers/{name}/parameters": {
                /** Set parameters of a controller. */
                patch: {
                    answer: components["schemas"]["ParametersBody"];
                    body: {
                        [key: string]: unknown;
                    };
                    path: {
                        name: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/controllers/{name}/reset": {
                /** Reset parts of a controller. */
                post: {
                    answer: undefined;
                    body: components["schemas"]["ResetWish"];
                    path: {
                        name: string;
                    };
                };
            };
            "/controllers/{name}/restart": {
                /** Restart a controller. */
                post: {
                    answer: undefined;
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        name: string;
                    };
                };
            };
            "/controllers/{name}/scan": {
                /** Have a controller look for hardware. */
                post: {
                    answer: components["schemas"]["IoDevicePage"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        name: string;
                    };
                };
            };
            "/controllers/drivers": {
                /** List the kinds of controllers. */
                get: {
                    answer: components["schemas"]["ControllerKindPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/corrections": {
                /** List the corrections. */
                get: {
                    answer: components["schemas"]["CorrectionPage"];
                    query?: {
                        cursor?: string;
                        from?: string;
                        limit?: number;
                        series?: string;
                        to?: string;
                    };
                };
                /** Correct readings. */
                post: {
                    answer: components["schemas"]["CorrectionBody"];
                    body: components["schemas"]["CorrectionWish"];
                };
            };
            "/corrections/{id}": {
                /** Undo a correction. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** Read a correction. */
                get: {
                    answer: components["schemas"]["CorrectionBody"];
                    path: {
                        id: string;
                    };
                };
            };
            "/devices": {
                /** List the devices. */
                get: {
                    answer: components["schemas"]["DevicePage"];
                    query?: {
                        agent?: string;
                        cursor?: string;
                        kind?: string;
                        limit?: number;
                        state?: "adopted" | "discovered" | "ignored";
                    };
                };
            };
            "/devices/{id}": {
                /** Read a device. */
                get: {
                    answer: components["schemas"]["DeviceBody"];
                    path: {
                        id: string;
                    };
                };
                /** Give a device a title. */
                patch: {
                    answer: components["schemas"]["DeviceBody"];
                    body: components["schemas"]["DevicePatch"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
            };
            "/devices/{id}/adopt": {
                /** Adopt a discovered device. */
                post: {
                    answer: components["schemas"]["NewController"];
                    body: components["schemas"]["Adoption"];
                    path: {
                        id: string;
                    };
                };
            };
            "/devices/{id}/ignore": {
                /** Heed a discovered device again. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** Ignore a discovered device. */
                post: {
                    answer: undefined;
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/doors": {
                /** List the doors. */
                get: {
                    answer: components["schemas"]["DoorPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/doors/{name}": {
                /** Read a door. */
                get: {
                    answer: components["schemas"]["DoorBody"];
                    path: {
                        name: string;
                    };
                };
                /** Change a door. */
                patch: {
                    answer: components["schemas"]["DoorBody"];
                    body: components["schemas"]["DoorPatch"];
                    path: {
                        name: string;
                    };
                    seen?: number;
                };
            };
            "/export": {
                /** Take readings away. */
                get: {
                    answer: Response;
                    query?: {
                        batch?: string;
                        corrected?: boolean;
                        format?: "csv" | "jsonl" | "parquet" | "brewpi";
                        from?: string;
                        series?: string[];
                        to?: string;
                    };
                };
            };
            "/health": {
                /** How the server is. */
                get: {
                    answer: components["schemas"]["Health"];
                };
            };
            "/imports": {
                /** Import a file. */
                post: {
                    answer: components["schemas"]["ImportReport"];
                    body: Blob;
                    query: {
                        dry_run?: boolean;
                        format?: string;
                        name: string;
                        timezone?: string;
                    };
                };
            };
            "/imports/{id}": {
                /** An import. */
                get: {
                    answer: components["schemas"]["ImportReport"];
                    path: {
                        id: string;
                    };
                };
            };
            "/journal": {
                /** Who changed what. */
                get: {
                    answer: components["schemas"]["EntryPage"];
                    query?: {
                        by?: string[];
                        cursor?: string;
                        from?: string;
                        id?: string;
                        limit?: number;
                        to?: string;
                        what?: string;
                    };
                };
            };
            "/logs": {
                /** Read the log. */
                get: {
                    answer: components["schemas"]["LogLinePage"];
                    query?: {
                        before?: string;
                        level?: components["schemas"]["LogLevel"];
                        limit?: number;
                        q?: string;
                        source?: string[];
                    };
                };
            };
            "/logs/sources": {
                /** List who says something. */
                get: {
                    answer: components["schemas"]["LogSourcePage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/logs/sources/{source}": {
                /** Choose from which level on a source tells. */
                put: {
                    answer: components["schemas"]["LogSourceBody"];
                    body: components["schemas"]["LogLevelWish"];
                    path: {
                        source: string;
                    };
                };
            };
            "/me": {
                /** Who is asking. */
                get: {
                    answer: components["schemas"]["Me"];
                };
            };
            "/me/password": {
                /** Change your password. */
                put: {
                    answer: null;
                    body: components["schemas"]["NewPassword"];
                };
            };
            "/measurements": {
                /** Send measurements. */
                post: {
                    answer: components["schemas"]["Taken"];
                    body: {
                        adapter: string;
                        data: {
                            [key: string]: number;
                        };
                        node: string;
                        timestamp: string;
                    }[];
                };
            };
            "/pictures": {
                /** Fetch a picture. */
                post: {
                    answer: components["schemas"]["PictureBody"];
                    body: components["schemas"]["PictureWish"];
                };
            };
            "/processes": {
                /** List the processes. */
                get: {
                    answer: components["schemas"]["ProcessList"];
                };
            };
            "/profiles": {
                /** List the profiles. */
                get: {
                    answer: components["schemas"]["ProfilePage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a profile. */
                post: {
                    answer: components["schemas"]["ProfileBody"];
                    body: components["schemas"]["ProfileWish"];
                };
            };
            "/profiles/{id}": {
                /** Remove a profile. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a profile. */
                get: {
                    answer: components["schemas"]["ProfileBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a profile. */
                patch: {
                    answer: components["schemas"]["ProfileBody"];
                    body: components["schemas"]["ProfilePatch"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
                /** Write a profile anew. */
                put: {
                    answer: components["schemas"]["ProfileBody"];
                    body: components["schemas"]["ProfileWish"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
            };
            "/profiles/{id}/export": {
                /** Write a profile as text. */
                get: {
                    answer: Response;
                    path: {
                        id: string;
                    };
                    query: {
                        form: string;
                        start?: string;
                        unit?: "C" | "F";
                    };
                };
            };
            "/profiles/{id}/rehearse": {
                /** Rehearse a profile on a vessel. */
                post: {
                    answer: components["schemas"]["RehearsalBody"];
                    body: components["schemas"]["RehearsalWish"];
                    path: {
                        id: string;
                    };
                };
            };
            "/profiles/curve": {
                /** Lay out a profile in time. */
                post: {
                    answer: components["schemas"]["ProfileCurveBody"];
                    body: components["schemas"]["ProfileCurveWish"];
                };
            };
            "/profiles/forms": {
                /** List the text forms of profiles. */
                get: {
                    answer: components["schemas"]["FormPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/profiles/import": {
                /** Read a profile from text. */
                post: {
                    answer: components["schemas"]["PreviewBody"];
                    body: components["schemas"]["ImportWish"];
                };
            };
            "/push-targets": {
                /** List the push targets. */
                get: {
                    answer: components["schemas"]["TargetPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a push target. */
                post: {
                    answer: components["schemas"]["TargetBody"];
                    body: components["schemas"]["TargetWish"];
                };
            };
            "/push-targets/{id}": {
                /** Remove a push target. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a push target. */
                get: {
                    answer: components["schemas"]["TargetBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a push target. */
                patch: {
                    answer: components["schemas"]["TargetBody"];
                    body: components["schemas"]["TargetPatch"];
                    path: {
                        id: string;
                    };
                    seen?: number;
                };
            };
            "/push-targets/{id}/deliveries": {
                /** List the deliveries of a push target. */
                get: {
                    answer: components["schemas"]["DeliveryPage"];
                    path: {
                        id: string;
                    };
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/push-targets/{id}/test": {
                /** Try a push target. */
                post: {
                    answer: components["schemas"]["DeliveryBody"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/push-targets/kinds": {
                /** List the kinds of push targets. */
                get: {
                    answer: components["schemas"]["TargetKindPage"];
                };
            };
            "/readings": {
                /** List readings of a series. */
                get: {
                    answer: components["schemas"]["ReadingPage"];
                    query: {
                        corrected?: boolean;
                        cursor?: string;
                        from?: string;
                        limit?: number;
                        series: string;
                        to?: string;
                    };
                };
            };
            "/rules": {
                /** List the rules of alarms. */
                get: {
                    answer: components["schemas"]["RulePage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/series": {
                /** List the series. */
                get: {
                    answer: components["schemas"]["SeriesPage"];
                    query?: {
                        adapter?: string;
                        cursor?: string;
                        limit?: number;
                        metric?: string;
                        node?: string;
                    };
                };
            };
            "/series/{id}/regularity": {
                /** How regularly a series reports. */
                get: {
                    answer: components["schemas"]["RegularityBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        from?: string;
                        to?: string;
                    };
                };
            };
            "/series/{id}/silence": {
                /** What kept a series silent. */
                get: {
                    answer: components["schemas"]["GapBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        from?: string;
                        to?: string;
                    };
                };
            };
            "/series/{id}/store": {
                /** Keep what the source declares. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** What is kept of a series. */
                get: {
                    answer: components["schemas"]["StoreBody"];
                    path: {
                        id: string;
                    };
                };
                /** Choose what is kept of a series. */
                put: {
                    answer: components["schemas"]["StoreBody"];
                    body: components["schemas"]["StoreWish"];
                    path: {
                        id: string;
                    };
                };
            };
            "/series/latest": {
                /** Newest reading of every series. */
                get: {
                    answer: components["schemas"]["LatestPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
            };
            "/session": {
                /** Sign out. */
                delete: {
                    answer: undefined;
                };
                /** Sign in. */
                post: {
                    answer: components["schemas"]["Me"];
                    body: components["schemas"]["Proof"];
                };
            };
            "/settings": {
                /** List the settings. */
                get: {
                    answer: components["schemas"]["SettingPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Keep several settings. */
                put: {
                    answer: components["schemas"]["SettingPage"];
                    body: components["schemas"]["SettingsWish"];
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/settings/{key}": {
                /** Remove a setting. */
                delete: {
                    answer: undefined;
                    path: {
                        key: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a setting. */
                get: {
                    answer: components["schemas"]["SettingBody"];
                    path: {
                        key: string;
                    };
                };
                /** Keep a setting. */
                put: {
                    answer: components["schemas"]["SettingBody"];
                    body: components["schemas"]["Value"];
                    path: {
                        key: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/setup": {
                /** Is there an admin yet. */
                get: {
                    answer: components["schemas"]["SetupState"];
                };
                /** Make the first admin. */
                post: {
                    answer: components["schemas"]["UserBody"];
                    body: components["schemas"]["FirstAdmin"];
                };
            };
            "/tokens": {
                /** List the tokens. */
                get: {
                    answer: components["schemas"]["TokenPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Make a token. */
                post: {
                    answer: components["schemas"]["NewToken"];
                    body: components["schemas"]["TokenWish"];
                };
            };
            "/tokens/{id}": {
                /** Revoke a token. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** Read a token. */
                get: {
                    answer: components["schemas"]["TokenBody"];
                    path: {
                        id: string;
                    };
                };
            };
            "/users": {
                /** List the people. */
                get: {
                    answer: components["schemas"]["UserPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a person. */
                post: {
                    answer: components["schemas"]["UserBody"];
                    body: components["schemas"]["UserWish"];
                };
            };
            "/users/{id}": {
                /** Remove a person. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a person. */
                get: {
                    answer: components["schemas"]["UserBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a person. */
                patch: {
                    answer: components["schemas"]["UserBody"];
                    body: components["schemas"]["UserPatch"];
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/vessels": {
                /** List the vessels. */
                get: {
                    answer: components["schemas"]["VesselPage"];
                    query?: {
                        cursor?: string;
                        limit?: number;
                    };
                };
                /** Add a vessel. */
                post: {
                    answer: components["schemas"]["VesselBody"];
                    body: components["schemas"]["VesselWish"];
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/vessels/{id}": {
                /** Remove a vessel. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
                /** Read a vessel. */
                get: {
                    answer: components["schemas"]["VesselBody"];
                    path: {
                        id: string;
                    };
                };
                /** Change a vessel. */
                patch: {
                    answer: components["schemas"]["VesselBody"];
                    body: components["schemas"]["VesselPatch"];
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                    seen?: number;
                };
            };
            "/vessels/{id}/course": {
                /** Read the course of a vessel. */
                get: {
                    answer: components["schemas"]["CourseBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        from?: string;
                        to?: string;
                    };
                };
                /** Edit the course of a vessel. */
                put: {
                    answer: components["schemas"]["CourseBody"];
                    body: components["schemas"]["CourseWish"];
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/course/insert": {
                /** Part the present step. */
                post: {
                    answer: components["schemas"]["CourseBody"];
                    body?: components["schemas"]["CourseStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/course/next": {
                /** Go on with the next step. */
                post: {
                    answer: components["schemas"]["CourseBody"];
                    body?: components["schemas"]["CourseStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/course/pause": {
                /** Pause the course of a vessel. */
                post: {
                    answer: components["schemas"]["CourseBody"];
                    body?: components["schemas"]["CourseStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/course/resume": {
                /** Let a paused course go on. */
                post: {
                    answer: components["schemas"]["CourseBody"];
                    body?: components["schemas"]["CourseStep"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/course/shift": {
                /** Move what is to come. */
                post: {
                    answer: components["schemas"]["CourseBody"];
                    body: components["schemas"]["CourseShift"];
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/learned": {
                /** Forget what was learned. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** Read what was learned of a vessel. */
                get: {
                    answer: components["schemas"]["LearnedBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        days?: number;
                    };
                };
                /** Replace what a vessel learned. */
                put: {
                    answer: components["schemas"]["LearnedBody"];
                    body: components["schemas"]["Learned"];
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
            };
            "/vessels/{id}/learned/export": {
                /** Take what was learned of a vessel away. */
                get: {
                    answer: string;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/preflight": {
                /** Stop a pre-flight. */
                delete: {
                    answer: undefined;
                    path: {
                        id: string;
                    };
                    query?: {
                        reason?: string;
                    };
                };
                /** How a pre-flight stands. */
                get: {
                    answer: components["schemas"]["PreflightBody"];
                    path: {
                        id: string;
                    };
                };
                /** Start a pre-flight. */
                post: {
                    answer: components["schemas"]["PreflightBody"];
                    body?: components["schemas"]["Step"] | null;
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/reasons": {
                /** List why a vessel heated or cooled. */
                get: {
                    answer: components["schemas"]["ReasonPage"];
                    path: {
                        id: string;
                    };
                    query?: {
                        cursor?: string;
                        from?: string;
                        limit?: number;
                        to?: string;
                    };
                };
            };
            "/vessels/{id}/setpoint": {
                /** Wish for a setpoint. */
                put: {
                    answer: components["schemas"]["VesselBody"];
                    body: components["schemas"]["WishBody"];
                    path: {
                        id: string;
                    };
                };
            };
            "/vessels/{id}/why": {
                /** Why a vessel heated or cooled. */
                get: {
                    answer: components["schemas"]["WhyBody"];
                    path: {
                        id: string;
                    };
                    query?: {
                        at?: string;
                    };
                };
            };
        };
        ChamberBody: {
            agent: string;
            created_at: string;
            id: string;
            name: string;
            revision: number;
            updated_at: string;
        };
        ChamberPage: {
            items: components["schemas"]["ChamberBody"][];
            next?: string | null;
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
        ChannelBody: {
            builtin: boolean;
            created_at: string | null;
            name: string;
            publish: string;
            revision: number;
            title: string;
            updated_at: string | null;
        };
        ChannelPage: {
            items: components["schemas"]["ChannelBody"][];
            next?: string | null;
        };
        ChannelPatch: {
            publish?: "admin" | "brewer" | "viewer";
            reason?: string;
            title?: string;
        };
        ChannelWish: {
            name: string;
            publish?: "admin" | "brewer" | "viewer";
            reason?: string;
            title?: string;
        };
        ChartBody: {
            series: components["schemas"]["CurveBody"][];
        };
        Choice: {
            device_type: string;
            function: string;
            hardware: string[];
            of_beer?: boolean;
            title: string;
        };
        ComplaintBody: {
            line: number | null;
            reason: string;
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
        ControllerKindPage: {
            items: components["schemas"]["ControllerKindBody"][];
            next?: string | null;
        };
        ControllerPage: {
            items: components["schemas"]["ControllerBody"][];
            next?: string | null;
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
        CorrectionPage: {
            items: components["schemas"]["CorrectionBody"][];
            next?: string | null;
        };
        CorrectionWish: {
            from: string | number;
            kind: "mask" | "replace" | "shift";
            reason?: string;
            series: string;
            to: string | number;
            value?: number | null;
        };
        CourseBody: {
            curve: components["schemas"]["CurveLine"];
            events: components["schemas"]["DueBody"][];
            milestones: components["schemas"]["MilestoneBody"][];
            now: components["schemas"]["PresentBody"];
            paused: boolean;
            pauses: components["schemas"]["PauseBody"][];
            profile: components["schemas"]["RunProfileBody"];
            revision: number;
            start: string;
            vessel: string;
        };
        CourseShift: {
            hours: number;
            reason?: string;
            revision?: number | null;
        };
        CourseStep: {
            reason?: string;
            revision?: number | null;
        };
        CourseWish: {
            events?: components["schemas"]["ProfileEventBody"][];
            reason?: string;
            revision?: number | null;
            steps: components["schemas"]["StepWish"][];
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
        CurveLine: {
            setpoint: number[];
            t: number[];
        };
        DeliveryBody: {
            at: string;
            detail: string;
            ok: boolean;
            request: string;
            response: string;
            status: number | null;
            test: boolean;
            took_ms: number;
        };
        DeliveryPage: {
            items: components["schemas"]["DeliveryBody"][];
            next?: string | null;
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
        DevicePage: {
            items: components["schemas"]["DeviceBody"][];
            next?: string | null;
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
            apart: boolean;
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
            sockets: string[];
            tcp_port: number | null;
            title: string;
        };
        DoorPage: {
            items: components["schemas"]["DoorBody"][];
            next?: string | null;
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
        DueBody: {
            t: number;
            text: string;
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
        EntryPage: {
            items: components["schemas"]["EntryBody"][];
            next?: string | null;
        };
        Estimate: {
            high: number;
            low: number;
            value: number;
        };
        EventBody: {
            at: string;
            id: string;
            kind: string;
            text: string;
        };
        EventPage: {
            items: components["schemas"]["EventBody"][];
            next?: string | null;
        };
        EventWish: {
            at?: (string | number) | null;
            kind?: string;
            text: string;
        };
        Fault: {
            message: string;
            where: string;
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
        FindingBody: {
            level: string;
            text: string;
        };
        FirstAdmin: {
            code?: string | null;
            login: string;
            name?: string;
            password: string;
        };
        FormBody: {
            name: string;
            title: string;
        };
        FormPage: {
            items: components["schemas"]["FormBody"][];
            next?: string | null;
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
        ImportWish: {
            form?: string | null;
            name?: string;
            text: string;
            type?: components["schemas"]["ProfileType"];
            unit?: "C" | "F";
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
        IoDevicePage: {
            items: components["schemas"]["IoDevice"][];
            next?: string | null;
        };
        KeyedValue: {
            key: string;
            value: unknown;
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
        LatestPage: {
            items: components["schemas"]["LatestBody"][];
            next?: string | null;
        };
        Learned: {
            doubts?: string[];
            flow?: number;
            form?: number;
            mean: number[];
            spread: number[];
            standing?: components["schemas"]["Standing"];
            watched_h?: number;
        };
        LearnedBody: {
            at: string | null;
            confidence: number;
            doubts: string[];
            history: components["schemas"]["LearnedDayBody"][];
            means: string[];
            pending: boolean;
            quantities: {
                [key: string]: components["schemas"]["Estimate"];
            };
            standing: components["schemas"]["Standing"];
            watched_h: number;
        };
        LearnedDayBody: {
            at: string;
            quantities: {
                [key: string]: number;
            };
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
        LinePage: {
            items: components["schemas"]["LineBody"][];
            next?: string | null;
        };
        LogLevel: "debug" | "error" | "info" | "warning";
        LogLevelWish: {
            level: components["schemas"]["LogLevel"];
            reason?: string;
        };
        LogLineBody: {
            fields: {
                [key: string]: string;
            };
            id: string;
            level: components["schemas"]["LogLevel"];
            source: string;
            text: string;
            time: string;
        };
        LogLinePage: {
            items: components["schemas"]["LogLineBody"][];
            next?: string | null;
        };
        LogSourceBody: {
            level: components["schemas"]["LogLevel"];
            lines: number;
            source: string;
        };
        LogSourcePage: {
            items: components["schemas"]["LogSourceBody"][];
            next?: string | null;
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
        MetricPage: {
            items: components["schemas"]["Metric"][];
            next?: string | null;
        };
        MetricsWish: {
            items: components["schemas"]["Metric"][];
            reason?: string;
        };
        MilestoneBody: {
            begins: number;
            ends: number | null;
            reached: number | null;
            step: number;
        };
        Mode: "beer" | "chamber" | "off" | "profile";
        NamedAdapterWish: {
            name: string;
            policy?: components["schemas"]["Policy"];
            title?: string;
            zone?: string | null;
        };
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
        NewPassword: {
            old: string;
            password: string;
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
        NodePage: {
            items: components["schemas"]["Node"][];
            next?: string | null;
        };
        NodesWish: {
            items: components["schemas"]["Node"][];
            reason?: string;
        };
        Observed: {
            at: string | null;
            beer: number | null;
            chamber: number | null;
            cool: boolean | null;
            heat: boolean | null;
            stale: boolean;
        };
        Occasion: "begin" | "change" | "end" | "update";
        OutlineBody: {
            events: components["schemas"]["ProfileEventBody"][];
            name: string;
            steps: components["schemas"]["StepBody"][];
            type: components["schemas"]["ProfileType"];
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
        PauseBody: {
            end: string | null;
            start: string;
        };
        PictureBody: {
            picture: string;
        };
        PictureWish: {
            address: string;
        };
        Policy: "agreed" | "open";
        PreflightBody: {
            at: string | null;
            done: number;
            findings: components["schemas"]["FindingBody"][];
            id: string | null;
            measured: {
                [key: string]: number;
            };
            state: string;
            step: string;
        };
        PresentBody: {
            setpoint: number;
            step: number | null;
            step_ends: number | null;
            t: number;
        };
        Preview: {
            columns: components["schemas"]["Found"][];
            format: string;
            mapping?: string;
            questions: components["schemas"]["Question"][];
            rows: components["schemas"]["Seen"][];
            title: string;
        };
        PreviewBody: {
            complaints: components["schemas"]["ComplaintBody"][];
            form: string;
            profile: components["schemas"]["OutlineBody"] | null;
            start: string | null;
        };
        Priority: "critical" | "notice" | "warning";
        Problem: {
            detail: string;
            errors?: components["schemas"]["Fault"][];
            present?: unknown;
            status: number;
            title: string;
            type?: string;
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
        ProfileBody: {
            created_at: string;
            events: components["schemas"]["ProfileEventBody"][];
            id: string;
            name: string;
            revision: number;
            steps: components["schemas"]["StepBody"][];
            type: components["schemas"]["ProfileType"];
            updated_at: string;
        };
        ProfileCurveBody: {
            events: components["schemas"]["DueBody"][];
            faults: components["schemas"]["ProfileFault"][];
            milestones: components["schemas"]["MilestoneBody"][];
            setpoint: number[];
            t: number[];
        };
        ProfileCurveWish: {
            profile: components["schemas"]["ProfileDraft"];
            start?: (string | number) | null;
        };
        ProfileDraft: {
            events?: components["schemas"]["ProfileEventBody"][];
            name?: string;
            steps?: components["schemas"]["StepWish"][];
            type?: components["schemas"]["ProfileType"];
        };
        ProfileEventBody: {
            hours: number;
            text: string;
        };
        ProfileFault: {
            message: string;
            where: string;
        };
        ProfilePage: {
            items: components["schemas"]["ProfileBody"][];
            next?: string | null;
        };
        ProfilePatch: {
            events?: components["schemas"]["ProfileEventBody"][] | null;
            name?: string;
            reason?: string;
            steps?: components["schemas"]["StepWish"][];
            type?: components["schemas"]["ProfileType"] | null;
        };
        ProfileType: "fermentation" | "mash";
        ProfileWish: {
            events?: components["schemas"]["ProfileEventBody"][];
            name: string;
            reason?: string;
            steps: components["schemas"]["StepWish"][];
            type?: components["schemas"]["ProfileType"];
        };
        Proof: {
            key?: string | null;
            login?: string | null;
            password?: string | null;
        };
        PublishedBody: {
            channel: string;
            seq: string;
            time: string;
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
        ReadingPage: {
            items: components["schemas"]["ReadingBody"][];
            next?: string | null;
        };
        ReasonBody: {
            at: string;
            cool: number;
            heat: number;
            observed: components["schemas"]["WereOn"];
            occasion: components["schemas"]["Occasion"];
            until: string | null;
            why: string[];
        };
        ReasonPage: {
            items: components["schemas"]["ReasonBody"][];
            next?: string | null;
        };
        RecentBody: {
            failed: number;
            ok: number;
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
        RehearsalBody: {
            beer: components["schemas"]["RehearsedBeer"];
            kwh: number;
            setpoint: number[];
            starts_per_day: number;
            steps: components["schemas"]["RehearsedStepBody"][];
            t: number[];
            warnings: string[];
        };
        RehearsalWish: {
            from?: (string | number) | null;
            profile?: components["schemas"]["ProfileDraft"] | null;
            vessel: string;
        };
        RehearsedBeer: {
            high: number[];
            low: number[];
            mean: number[];
        };
        RehearsedStepBody: {
            late_h: number | null;
            reached_at: string | null;
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
        RuleBody: {
            deadband: number;
            enabled: boolean;
            kind: string;
            name: string;
            off_delay_s: number;
            on_delay_s: number;
            priority: components["schemas"]["Priority"];
            settings: {
                [key: string]: unknown;
            };
            vessel: string | null;
        };
        RulePage: {
            items: components["schemas"]["RuleBody"][];
            next?: string | null;
        };
        RunProfileBody: {
            events: components["schemas"]["ProfileEventBody"][];
            id: string;
            name: string;
            steps: components["schemas"]["StepBody"][];
            type: components["schemas"]["ProfileType"];
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
        SeriesPage: {
            items: components["schemas"]["SeriesBody"][];
            next?: string | null;
        };
        SeriesRegularityBody: {
            gap_s: number | null;
            gaps_24h: number;
            id: string;
            longest_s: number | null;
            rate_per_h: number;
            silent_for_s: number | null;
        };
        SeriesRegularityPage: {
            items: components["schemas"]["SeriesRegularityBody"][];
            next?: string | null;
        };
        SettingBody: {
            created_at: string;
            key: string;
            revision: number;
            updated_at: string;
            value: unknown;
        };
        SettingPage: {
            items: components["schemas"]["SettingBody"][];
            next?: string | null;
        };
        SettingsWish: {
            items: components["schemas"]["KeyedValue"][];
            reason?: string;
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
        Standing: "doubtful" | "learning" | "new" | "sure";
        Step: {
            reason?: string;
        };
        StepBody: {
            hours: number | null;
            kind: components["schemas"]["StepKind"];
            temperature: number;
            title: string;
            until: string | null;
        };
        StepKind: "hold" | "ramp" | "step";
        StepWish: {
            hours?: number | null;
            kind: components["schemas"]["StepKind"];
            temperature: number;
            title?: string;
            until?: (string | number) | null;
        };
        StoreBody: {
            chosen: boolean;
            deadband: number;
            every_s: number;
            longest_s: number;
        };
        StoreWish: {
            deadband: number;
            every_s: number;
            longest_s: number;
            reason?: string;
        };
        Taken: {
            readings: number;
            rows: number;
        };
        TargetBody: {
            circuit: string;
            created_at: string;
            every_s: number;
            id: string;
            kind: string;
            last_delivery: components["schemas"]["DeliveryBody"] | null;
            last_error: string;
            name: string;
            next_due: string | null;
            queue: number;
            recent: components["schemas"]["RecentBody"];
            retry_at: string | null;
            revision: number;
            settings: {
                [key: string]: unknown;
            };
            state: string;
            updated_at: string;
            what: components["schemas"]["WhatBody"];
        };
        TargetKindBody: {
            by_device: boolean;
            description: string;
            least_s: number;
            name: string;
            schema: {
                [key: string]: unknown;
            };
            sends: string;
            takes: string[];
            title: string;
            usual_s: number;
            why_least: string;
        };
        TargetKindPage: {
            items: components["schemas"]["TargetKindBody"][];
            next?: string | null;
        };
        TargetPage: {
            items: components["schemas"]["TargetBody"][];
            next?: string | null;
        };
        TargetPatch: {
            every_s?: number;
            name?: string;
            reason?: string;
            settings?: {
                [key: string]: unknown;
            };
            state?: "active" | "paused";
            what?: {
                [key: string]: unknown;
            };
        };
        TargetWish: {
            every_s?: number | null;
            kind: string;
            name: string;
            reason?: string;
            settings?: {
                [key: string]: unknown;
            };
            state?: "active" | "paused";
            what?: components["schemas"]["WhatBody"];
        };
        TimedStep: {
            at?: (string | number) | null;
            reason?: string;
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
        TokenPage: {
            items: components["schemas"]["TokenBody"][];
            next?: string | null;
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
        UserPage: {
            items: components["schemas"]["UserBody"][];
            next?: string | null;
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
        Value: {
            reason?: string;
            value: unknown;
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
        VesselPage: {
            items: components["schemas"]["VesselBody"][];
            next?: string | null;
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
        WereOn: {
            cool: boolean | null;
            heat: boolean | null;
        };
        WhatBody: {
            batches?: ("all" | "none") | string[];
            sensors?: ("all" | "none") | string[];
            series?: ("all" | "none") | string[];
            vessels?: ("all" | "none") | string[];
        };
        WhyBody: {
            at: string;
            cool: number;
            earlier: string | null;
            heat: number;
            later: string | null;
            observed: components["schemas"]["WereOn"];
            occasion: components["schemas"]["Occasion"];
            until: string | null;
            why: string[];
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
