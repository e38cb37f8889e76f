/* Generated from docs/reference/openapi.json by `npm run docs`. */

export interface paths {
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health.check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health.live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["health.ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["entityTypes.list"];
        put?: never;
        post: operations["entityTypes.register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-types/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["entityTypes.get"];
        put?: never;
        post?: never;
        delete: operations["entityTypes.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-types/{name}/schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch: operations["entityTypes.amend"];
        trace?: never;
    };
    "/v1/entities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["entities.list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["entities.get"];
        put: operations["entities.spawn"];
        post?: never;
        delete: operations["entities.kill"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["entityWrites.send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/signal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["entityWrites.signal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/tags/{tagKey}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["entityWrites.tag"];
        delete: operations["entityWrites.untag"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["pastAndTree.history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["pastAndTree.tree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/inbox/{messageKey}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["inbox.remove"];
        options?: never;
        head?: never;
        patch: operations["inbox.edit"];
        trace?: never;
    };
    "/v1/entities/{type}/{id}/collections/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["collections.write"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["entityGrants.list"];
        put?: never;
        post: operations["entityGrants.give"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/grants/{grantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["entityGrants.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-types/{name}/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["typeGrants.list"];
        put?: never;
        post: operations["typeGrants.give"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entity-types/{name}/grants/{grantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete: operations["typeGrants.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["attachments.attach"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/attachments/{attachmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["attachments.download"];
        put?: never;
        post?: never;
        delete: operations["attachments.remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["claims.claim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/claim/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["claims.heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/entities/{type}/{id}/claim/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["claims.release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wake": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["wakes.register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/wake/unregister": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["wakes.unregister"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["operations.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["operations.get"];
        put?: never;
        post?: never;
        delete: operations["operations.cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/observations/entities/ensure-stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["observations.entities"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shape": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows of a table, and what happens to them */
        get: operations["shapes.read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/{type}/{id}/main": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["streams.read"];
        put?: never;
        post: operations["append.append"];
        delete?: never;
        options?: never;
        head: operations["streams.head"];
        patch?: never;
        trace?: never;
    };
    "/v1/stream/{type}/{id}/main": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["streams.read.1"];
        put?: never;
        post: operations["append.append.1"];
        delete?: never;
        options?: never;
        head: operations["streams.head.1"];
        patch?: never;
        trace?: never;
    };
    "/v1/stream/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["plainStreams.read"];
        put: operations["plainStreams.create"];
        post: operations["plainStreams.append"];
        delete: operations["plainStreams.remove"];
        options?: never;
        head: operations["plainStreams.head"];
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        HealthDto: {
            /** @enum {string} */
            status: "ok";
        };
        LivenessDto: {
            /** @description false: only a new process helps */
            live: boolean;
        };
        ReadinessDto: {
            /** @description false: send no requests here now */
            ready: boolean;
            /** @description every part of the process by name */
            parts: {
                [key: string]: {
                    /** @enum {unknown} */
                    state: "ready" | "waiting" | "broken";
                    reason?: string;
                    /** Format: date-time */
                    since: string;
                };
            };
        };
        TypeGrantInputDto: {
            /**
             * @example principal
             * @enum {string}
             */
            subject_kind: "principal" | "principal_kind";
            /**
             * @description URL of a principal, or a kind of principal: user, agent, service, system
             * @example /principal/user%3Abob
             */
            subject_value: string;
            /**
             * Format: date-time
             * @description from then on the grant counts for nothing
             */
            expires_at?: string;
            /**
             * @description `manage` includes `spawn`
             * @enum {string}
             */
            permission: "spawn" | "manage";
        };
        RegisterEntityTypeDto: {
            /** @description message type -> JSON Schema of its payload */
            inbox_schemas?: {
                [key: string]: Record<string, never>;
            };
            /** @description event type -> JSON Schema of its value */
            state_schemas?: {
                [key: string]: Record<string, never>;
            };
            /** @description required, unless the serve endpoint says it */
            name?: string;
            /** @description required, unless the serve endpoint says it */
            description?: string;
            /** @description JSON Schema of spawn args */
            creation_schema?: {
                [key: string]: unknown;
            };
            slash_commands?: Record<string, never>[];
            /** @description asked with PUT to describe its type, and the default webhook */
            serve_endpoint?: string;
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            default_dispatch_policy?: {
                [key: string]: unknown;
            };
            /** @description granted unless there is the same grant already */
            permission_grants?: components["schemas"]["TypeGrantInputDto"][];
            externally_writable_collections?: {
                [key: string]: Record<string, never>;
            };
        };
        EntityTypeDto: {
            name: string;
            description: string;
            creation_schema: {
                [key: string]: unknown;
            } | null;
            inbox_schemas: {
                [key: string]: Record<string, never>;
            } | null;
            state_schemas: {
                [key: string]: Record<string, never>;
            } | null;
            externally_writable_collections?: {
                [key: string]: Record<string, never>;
            };
            slash_commands?: Record<string, never>[];
            serve_endpoint?: string;
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            default_dispatch_policy?: {
                [key: string]: unknown;
            };
            revision: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ErrorBodyDto: {
            /**
             * @description see the table of errors
             * @example NOT_FOUND
             */
            code: string;
            /** @description free text */
            message: string;
            /** @description for violations of a schema: [{"path": JSON pointer, "message"}] */
            details?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
        };
        ErrorDto: {
            error: components["schemas"]["ErrorBodyDto"];
        };
        AmendSchemasDto: {
            /** @description message type -> JSON Schema of its payload */
            inbox_schemas?: {
                [key: string]: Record<string, never>;
            };
            /** @description event type -> JSON Schema of its value */
            state_schemas?: {
                [key: string]: Record<string, never>;
            };
        };
        StreamsDto: {
            /** @example /chat/42/main */
            main: string;
        };
        EntityDto: {
            /** @example /chat/42 */
            url: string;
            /** @example chat */
            type: string;
            /** @enum {string} */
            status: "spawning" | "running" | "idle" | "paused" | "stopping" | "stopped" | "killed";
            streams: components["schemas"]["StreamsDto"];
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            tags: {
                [key: string]: string;
            };
            spawn_args?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            parent?: string;
            /** @example /principal/user%3Aalice */
            created_by?: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description milliseconds since 1970 */
            updated_at: number;
        };
        EntityGrantInputDto: {
            /**
             * @example principal
             * @enum {string}
             */
            subject_kind: "principal" | "principal_kind";
            /**
             * @description URL of a principal, or a kind of principal: user, agent, service, system
             * @example /principal/user%3Abob
             */
            subject_value: string;
            /**
             * Format: date-time
             * @description from then on the grant counts for nothing
             */
            expires_at?: string;
            /**
             * @description `manage` includes everything else
             * @enum {string}
             */
            permission: "read" | "write" | "delete" | "signal" | "fork" | "schedule" | "spawn" | "manage";
            /**
             * @description whether it reaches all descendants
             * @default self
             * @enum {string}
             */
            propagation?: "self" | "descendants";
            /**
             * @description whether a child is spawned with a copy
             * @default false
             */
            copy_to_children?: boolean;
        };
        SpawnWakeDto: {
            /** @description entity URL that is woken */
            subscriberUrl: string;
            condition: "runFinished" | {
                /** @enum {string} */
                on: "change";
                /** @description event types; empty: all */
                collections?: string[];
                ops?: ("insert" | "update" | "delete")[];
            };
            /** @description only 0 for now */
            debounceMs?: number;
            /** @description only 0 for now */
            timeoutMs?: number;
            /** @default true */
            includeResponse?: boolean;
            manifestKey?: string;
        };
        SpawnDto: {
            /** @description checked against creation_schema */
            args?: {
                [key: string]: unknown;
            };
            tags?: {
                [key: string]: string;
            };
            /** @description URL of an entity */
            parent?: string;
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            /** @description delivered as a message of its own */
            initialMessage?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
            initialMessageType?: string;
            /** @description besides those that are copied from the parent */
            grants?: components["schemas"]["EntityGrantInputDto"][];
            wake?: components["schemas"]["SpawnWakeDto"];
        };
        ChangedEntityDto: {
            /** @example /chat/42 */
            url: string;
            /** @example chat */
            type: string;
            /** @enum {string} */
            status: "spawning" | "running" | "idle" | "paused" | "stopping" | "stopped" | "killed";
            streams: components["schemas"]["StreamsDto"];
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            tags: {
                [key: string]: string;
            };
            spawn_args?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            parent?: string;
            /** @example /principal/user%3Aalice */
            created_by?: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description milliseconds since 1970 */
            updated_at: number;
            /** @description log sequence; absent when nothing changed */
            txid?: number;
        };
        ReadEntityDto: {
            /** @example /chat/42 */
            url: string;
            /** @example chat */
            type: string;
            /** @enum {string} */
            status: "spawning" | "running" | "idle" | "paused" | "stopping" | "stopped" | "killed";
            streams: components["schemas"]["StreamsDto"];
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            tags: {
                [key: string]: string;
            };
            spawn_args?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            parent?: string;
            /** @example /principal/user%3Aalice */
            created_by?: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description milliseconds since 1970 */
            updated_at: number;
            /** @description of its type */
            externally_writable_collections?: {
                [key: string]: Record<string, never>;
            };
        };
        LogTxidDto: {
            /** @description log sequence */
            txid: number;
        };
        SendDto: {
            /** @description required by the rules of the message */
            payload?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
            /** @description key of the inbox event; not an idempotency key */
            key?: string;
            /** @description checked against inbox_schemas when given */
            type?: string;
            /**
             * @default immediate
             * @enum {string}
             */
            mode?: "immediate" | "queued" | "paused" | "steer";
            position?: string;
            /** @description only 0 for now */
            afterMs?: number;
            /** @description must be the URL of the principal */
            from?: string;
            /** @description must be the URL of the principal */
            from_principal?: string;
            /** @description entity that sends; needs its write token, or an agent principal */
            from_agent?: string;
        };
        UnitTxidDto: {
            /**
             * Format: uuid
             * @description in the headers of the event on the main stream
             */
            txid: string;
        };
        SignalDto: {
            /** @enum {string} */
            signal: "SIGINT" | "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGUSR";
            reason?: string;
            payload?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
        };
        SignalledDto: {
            url: string;
            /** @enum {string} */
            signal: "SIGINT" | "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGUSR";
            previous_state: string;
            new_state: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description log sequence */
            txid: number;
        };
        TagDto: {
            value: string;
        };
        ProducerDto: {
            id: string;
            epoch: number;
            seq: number;
        };
        ControlEventDto: {
            /** @example status */
            type: string;
            /**
             * @example {
             *       "status": "running",
             *       "at": 1767323045678
             *     }
             */
            data: {
                [key: string]: unknown;
            };
        };
        HistoryEntryDto: {
            /** @description log sequence of its message */
            position: number;
            /** @description offset after its public items; absent when there are none */
            offset?: string;
            /**
             * Format: date-time
             * @description by the clock of the broker
             */
            time: string;
            /** @description identity of the request */
            txid: string;
            producer?: components["schemas"]["ProducerDto"];
            /** @description what it changed beside its items */
            events: components["schemas"]["ControlEventDto"][];
            items: {
                [key: string]: unknown;
            }[];
        };
        DescendantDto: {
            /** @example /chat/42 */
            url: string;
            /** @example chat */
            type: string;
            /** @enum {string} */
            status: "spawning" | "running" | "idle" | "paused" | "stopping" | "stopped" | "killed";
            streams: components["schemas"]["StreamsDto"];
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            tags: {
                [key: string]: string;
            };
            spawn_args?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            parent?: string;
            /** @example /principal/user%3Aalice */
            created_by?: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description milliseconds since 1970 */
            updated_at: number;
            /** @description levels below the entity that was asked about */
            depth: number;
        };
        EditMessageDto: {
            payload?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
            position?: string;
            /** @enum {string} */
            mode?: "immediate" | "queued" | "paused" | "steer";
            /**
             * @description the event says when it was reached
             * @enum {string}
             */
            status?: "pending" | "processed" | "cancelled";
        };
        CollectionRowDto: {
            /**
             * @description one that the type opens; insert unless it says otherwise
             * @enum {string}
             */
            operation: "insert" | "update" | "delete";
            /** @description required but for an insert */
            key?: string;
            /** @description required but for a delete */
            value?: {
                [key: string]: unknown;
            };
        };
        CollectionKeyDto: {
            /** @description of the row */
            key: string;
        };
        EntityGrantDto: {
            /**
             * @description unique on its entity or type
             * @example 1838080000000123
             */
            id: number;
            /**
             * @example principal
             * @enum {string}
             */
            subject_kind: "principal" | "principal_kind";
            /**
             * @description URL of a principal, or a kind of principal: user, agent, service, system
             * @example /principal/user%3Abob
             */
            subject_value: string;
            /**
             * @description URL of the principal that granted
             * @example /principal/user%3Aalice
             */
            created_by?: string;
            /** Format: date-time */
            expires_at?: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @example /chat/42 */
            entity_url: string;
            /** @enum {string} */
            permission: "read" | "write" | "delete" | "signal" | "fork" | "schedule" | "spawn" | "manage";
            /** @enum {string} */
            propagation: "self" | "descendants";
            copy_to_children: boolean;
        };
        EntityGrantsDto: {
            grants: components["schemas"]["EntityGrantDto"][];
        };
        TypeGrantDto: {
            /**
             * @description unique on its entity or type
             * @example 1838080000000123
             */
            id: number;
            /**
             * @example principal
             * @enum {string}
             */
            subject_kind: "principal" | "principal_kind";
            /**
             * @description URL of a principal, or a kind of principal: user, agent, service, system
             * @example /principal/user%3Abob
             */
            subject_value: string;
            /**
             * @description URL of the principal that granted
             * @example /principal/user%3Aalice
             */
            created_by?: string;
            /** Format: date-time */
            expires_at?: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @example chat */
            entity_type: string;
            /** @enum {string} */
            permission: "spawn" | "manage";
        };
        TypeGrantsDto: {
            grants: components["schemas"]["TypeGrantDto"][];
        };
        AttachFileDto: {
            /** Format: binary */
            file: string;
            /**
             * @description not empty, no "/", no "." at its start; made up when absent
             * @example plan
             */
            id?: string;
            /**
             * @description default: that of the part
             * @example application/pdf
             */
            mimeType?: string;
            /**
             * @description default: that of the part
             * @example plan.pdf
             */
            filename?: string;
            /**
             * @default input
             * @enum {string}
             */
            role?: "input" | "output";
            /**
             * @description JSON of {"type","key"}
             * @example {"type":"inbox","key":"msg-1"}
             */
            subject?: string;
            /**
             * @description with subjectKey, instead of subject
             * @enum {string}
             */
            subjectType?: "inbox" | "run" | "text" | "tool_call" | "context";
            /** @example msg-1 */
            subjectKey?: string;
            /**
             * @description a JSON object
             * @example {"pages":3}
             */
            meta?: string;
        };
        AttachmentSubjectDto: {
            /** @enum {string} */
            type: "inbox" | "run" | "text" | "tool_call" | "context";
            /** @example msg-1 */
            key: string;
        };
        AttachmentDto: {
            /** @example attachment:plan */
            key: string;
            /** @enum {string} */
            kind: "attachment";
            /** @example plan */
            id: string;
            /** @example /chat/42/attachments/plan */
            streamPath: string;
            /** @enum {string} */
            status: "complete";
            subject: components["schemas"]["AttachmentSubjectDto"];
            /** @enum {string} */
            role: "input" | "output";
            /** @example application/pdf */
            mimeType: string;
            /** @example plan.pdf */
            filename?: string;
            byteLength: number;
            /** @description hex */
            sha256: string;
            /** Format: date-time */
            createdAt: string;
            /** @example /principal/user%3Aalice */
            createdBy: string;
            meta?: {
                [key: string]: unknown;
            };
        };
        AttachedDto: {
            /**
             * Format: uuid
             * @description in the headers of the manifest event on the main stream
             */
            txid: string;
            attachment: components["schemas"]["AttachmentDto"];
        };
        ClaimedDto: {
            /** @description bearer token for writes to the main stream */
            token: string;
            /** @description log sequence of the grant; a greater one fences this claim */
            claimEpoch: number;
            /** Format: date-time */
            leaseExpiresAt: string;
        };
        NoWorkDto: {
            /** @enum {boolean} */
            done: true;
        };
        ClaimDto: {
            /** @description who will do the work; shown to operators */
            runner: string;
            /** @default 30000 */
            leaseMs?: number;
        };
        ClaimEpochDto: {
            /** @description as answered to the claim */
            claimEpoch: number;
        };
        LeaseDto: {
            /** Format: date-time */
            leaseExpiresAt: string;
        };
        ReleasedDto: {
            /** @description status of the entity after the release */
            status: string;
        };
        RegisterWakeDto: {
            /** @description entity URL that is woken */
            subscriberUrl: string;
            condition: "runFinished" | {
                /** @enum {string} */
                on: "change";
                /** @description event types; empty: all */
                collections?: string[];
                ops?: ("insert" | "update" | "delete")[];
            };
            /** @description only 0 for now */
            debounceMs?: number;
            /** @description only 0 for now */
            timeoutMs?: number;
            /** @default true */
            includeResponse?: boolean;
            manifestKey?: string;
            /** @description entity URL or stream path that is watched */
            sourceUrl: string;
        };
        UnregisterWakeDto: {
            subscriberUrl: string;
            /** @description wins over manifestKey */
            sourceUrl?: string;
            manifestKey?: string;
        };
        BulkSpawnDto: {
            /** @description checked against creation_schema */
            args?: {
                [key: string]: unknown;
            };
            tags?: {
                [key: string]: string;
            };
            /** @description URL of an entity */
            parent?: string;
            /** @description exactly one target: {"type":"webhook","url"} or {"type":"runner","runnerId"}, each with subscription_id? */
            dispatch_policy?: {
                [key: string]: unknown;
            };
            sandbox?: {
                [key: string]: unknown;
            };
            /** @description delivered as a message of its own */
            initialMessage?: ({
                [key: string]: unknown;
            } | unknown[] | string | number | boolean) | null;
            initialMessageType?: string;
            /** @description besides those that are copied from the parent */
            grants?: components["schemas"]["EntityGrantInputDto"][];
            wake?: components["schemas"]["SpawnWakeDto"];
            /** @example /chat/42 */
            url: string;
        };
        BulkFilterDto: {
            type?: string;
            status?: string;
            parent?: string;
            created_by?: string;
            tags?: {
                [key: string]: string;
            };
        };
        StartOperationDto: {
            /** @enum {string} */
            kind: "spawn" | "signal";
            /** @description of a spawn: each as the body of a single one, and its URL */
            entities?: components["schemas"]["BulkSpawnDto"][];
            /** @description of a signal: which entities; at least one condition */
            filter?: components["schemas"]["BulkFilterDto"];
            /**
             * @description of a signal
             * @enum {string}
             */
            signal?: "SIGINT" | "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGUSR";
            reason?: string;
            /** @description any JSON */
            payload?: Record<string, never>;
        };
        OperationErrorDto: {
            url: string;
            /** @example DUPLICATE_URL */
            code: string;
            message: string;
        };
        OperationDto: {
            /** @example op-6b4ed29a-1c1c-4b5a-8f7e-1d2b3c4d5e6f */
            id: string;
            /** @enum {string} */
            kind: "spawn" | "signal";
            /** @enum {string} */
            status: "running" | "cancelling" | "completed" | "cancelled";
            /** @example /principal/user%3Aalice */
            created_by: string;
            /** @description milliseconds since 1970 */
            created_at: number;
            /** @description milliseconds since 1970 */
            updated_at: number;
            /** @description entities there were to deal with at the start */
            total: number;
            done: number;
            /** @description refused */
            failed: number;
            /** @description the first few refusals */
            errors: components["schemas"]["OperationErrorDto"][];
        };
        ObserveEntitiesDto: {
            /**
             * @description tags that every member has; without any, every entity is one
             * @example {
             *       "team": "blue"
             *     }
             */
            tags?: {
                [key: string]: string;
            };
        };
        ObservedEntitiesDto: {
            /** @example 1a2b3c4d5e6f7081-0918273645546372 */
            sourceRef: string;
            /**
             * @description a stream of `members` events
             * @example /_entities/1a2b3c4d5e6f7081-0918273645546372
             */
            streamUrl: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "health.check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["HealthDto"];
                };
            };
        };
    };
    "health.live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "live": true
                     *     }
                     */
                    "application/json": components["schemas"]["LivenessDto"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LivenessDto"];
                };
            };
        };
    };
    "health.ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ready": true,
                     *       "parts": {
                     *         "log": {
                     *           "state": "ready",
                     *           "since": "2026-11-21T20:15:35.109Z"
                     *         },
                     *         "database": {
                     *           "state": "ready",
                     *           "since": "2026-11-21T20:15:35.111Z"
                     *         },
                     *         "lanes of projector": {
                     *           "state": "ready",
                     *           "since": "2026-11-21T20:15:35.505Z"
                     *         },
                     *         "lanes of registry": {
                     *           "state": "ready",
                     *           "since": "2026-11-21T20:15:35.505Z"
                     *         },
                     *         "lanes of saga": {
                     *           "state": "ready",
                     *           "since": "2026-11-21T20:15:35.623Z"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ReadinessDto"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessDto"];
                };
            };
        };
    };
    "entityTypes.list": {
        parameters: {
            query?: {
                limit?: number;
                /** @description as the header `Link` of the page before gives it; to be sent with the same `sort` */
                cursor?: string;
                /** @description `-` in front: descending */
                sort?: "name" | "-name" | "created_at" | "-created_at" | "updated_at" | "-updated_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "name": "chat",
                     *         "description": "A conversation",
                     *         "creation_schema": {
                     *           "type": "object",
                     *           "properties": {
                     *             "topic": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         },
                     *         "inbox_schemas": {
                     *           "note": {
                     *             "type": "object",
                     *             "properties": {
                     *               "text": {
                     *                 "type": "string"
                     *               }
                     *             },
                     *             "required": [
                     *               "text"
                     *             ]
                     *           }
                     *         },
                     *         "state_schemas": {
                     *           "todo": {
                     *             "type": "object",
                     *             "properties": {
                     *               "title": {
                     *                 "type": "string"
                     *               },
                     *               "done": {
                     *                 "type": "boolean"
                     *               }
                     *             }
                     *           }
                     *         },
                     *         "externally_writable_collections": {
                     *           "todos": {
                     *             "type": "todo",
                     *             "operations": [
                     *               "insert",
                     *               "update"
                     *             ]
                     *           }
                     *         },
                     *         "slash_commands": [
                     *           {
                     *             "name": "summarize",
                     *             "description": "Says what was said"
                     *           }
                     *         ],
                     *         "revision": 1,
                     *         "created_at": "2026-11-21T20:15:35.708Z",
                     *         "updated_at": "2026-11-21T20:15:35.708Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["EntityTypeDto"][];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityTypes.register": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "chat",
                 *       "description": "A conversation",
                 *       "creation_schema": {
                 *         "type": "object",
                 *         "properties": {
                 *           "topic": {
                 *             "type": "string"
                 *           }
                 *         }
                 *       },
                 *       "inbox_schemas": {
                 *         "note": {
                 *           "type": "object",
                 *           "properties": {
                 *             "text": {
                 *               "type": "string"
                 *             }
                 *           },
                 *           "required": [
                 *             "text"
                 *           ]
                 *         }
                 *       },
                 *       "state_schemas": {
                 *         "todo": {
                 *           "type": "object",
                 *           "properties": {
                 *             "title": {
                 *               "type": "string"
                 *             },
                 *             "done": {
                 *               "type": "boolean"
                 *             }
                 *           }
                 *         }
                 *       },
                 *       "externally_writable_collections": {
                 *         "todos": {
                 *           "type": "todo",
                 *           "operations": [
                 *             "insert",
                 *             "update"
                 *           ]
                 *         }
                 *       },
                 *       "slash_commands": [
                 *         {
                 *           "name": "summarize",
                 *           "description": "Says what was said"
                 *         }
                 *       ],
                 *       "permission_grants": [
                 *         {
                 *           "subject_kind": "principal",
                 *           "subject_value": "/principal/user%3Aalice",
                 *           "permission": "manage"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["RegisterEntityTypeDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "chat",
                     *       "description": "A conversation",
                     *       "creation_schema": {
                     *         "type": "object",
                     *         "properties": {
                     *           "topic": {
                     *             "type": "string"
                     *           }
                     *         }
                     *       },
                     *       "inbox_schemas": {
                     *         "note": {
                     *           "type": "object",
                     *           "properties": {
                     *             "text": {
                     *               "type": "string"
                     *             }
                     *           },
                     *           "required": [
                     *             "text"
                     *           ]
                     *         }
                     *       },
                     *       "state_schemas": {
                     *         "todo": {
                     *           "type": "object",
                     *           "properties": {
                     *             "title": {
                     *               "type": "string"
                     *             },
                     *             "done": {
                     *               "type": "boolean"
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "externally_writable_collections": {
                     *         "todos": {
                     *           "type": "todo",
                     *           "operations": [
                     *             "insert",
                     *             "update"
                     *           ]
                     *         }
                     *       },
                     *       "slash_commands": [
                     *         {
                     *           "name": "summarize",
                     *           "description": "Says what was said"
                     *         }
                     *       ],
                     *       "revision": 1,
                     *       "created_at": "2026-11-21T20:15:35.708Z",
                     *       "updated_at": "2026-11-21T20:15:35.708Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EntityTypeDto"];
                };
            };
            /** @description `INVALID_REQUEST`, `SERVE_ENDPOINT_NAME_MISMATCH` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SERVE_ENDPOINT_UNREACHABLE` */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityTypes.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "chat",
                     *       "description": "A conversation",
                     *       "creation_schema": {
                     *         "type": "object",
                     *         "properties": {
                     *           "topic": {
                     *             "type": "string"
                     *           }
                     *         }
                     *       },
                     *       "inbox_schemas": {
                     *         "note": {
                     *           "type": "object",
                     *           "properties": {
                     *             "text": {
                     *               "type": "string"
                     *             }
                     *           },
                     *           "required": [
                     *             "text"
                     *           ]
                     *         }
                     *       },
                     *       "state_schemas": {
                     *         "todo": {
                     *           "type": "object",
                     *           "properties": {
                     *             "title": {
                     *               "type": "string"
                     *             },
                     *             "done": {
                     *               "type": "boolean"
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "externally_writable_collections": {
                     *         "todos": {
                     *           "type": "todo",
                     *           "operations": [
                     *             "insert",
                     *             "update"
                     *           ]
                     *         }
                     *       },
                     *       "slash_commands": [
                     *         {
                     *           "name": "summarize",
                     *           "description": "Says what was said"
                     *         }
                     *       ],
                     *       "revision": 1,
                     *       "created_at": "2026-11-21T20:15:35.708Z",
                     *       "updated_at": "2026-11-21T20:15:35.708Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EntityTypeDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityTypes.delete": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                name: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityTypes.amend": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                name: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "inbox_schemas": {
                 *         "photo": {
                 *           "type": "object",
                 *           "properties": {
                 *             "url": {
                 *               "type": "string"
                 *             }
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AmendSchemasDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "chat",
                     *       "description": "A conversation",
                     *       "creation_schema": {
                     *         "type": "object",
                     *         "properties": {
                     *           "topic": {
                     *             "type": "string"
                     *           }
                     *         }
                     *       },
                     *       "inbox_schemas": {
                     *         "note": {
                     *           "type": "object",
                     *           "properties": {
                     *             "text": {
                     *               "type": "string"
                     *             }
                     *           },
                     *           "required": [
                     *             "text"
                     *           ]
                     *         },
                     *         "photo": {
                     *           "type": "object",
                     *           "properties": {
                     *             "url": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "state_schemas": {
                     *         "todo": {
                     *           "type": "object",
                     *           "properties": {
                     *             "title": {
                     *               "type": "string"
                     *             },
                     *             "done": {
                     *               "type": "boolean"
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "externally_writable_collections": {
                     *         "todos": {
                     *           "type": "todo",
                     *           "operations": [
                     *             "insert",
                     *             "update"
                     *           ]
                     *         }
                     *       },
                     *       "slash_commands": [
                     *         {
                     *           "name": "summarize",
                     *           "description": "Says what was said"
                     *         }
                     *       ],
                     *       "revision": 2,
                     *       "created_at": "2026-11-21T20:15:35.708Z",
                     *       "updated_at": "2026-11-21T20:15:35.757Z"
                     *     }
                     */
                    "application/json": components["schemas"]["EntityTypeDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_KEY_EXISTS`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entities.list": {
        parameters: {
            query?: {
                limit?: number;
                /** @description as the header `Link` of the page before gives it; to be sent with the same `sort` */
                cursor?: string;
                /** @description `-` in front: descending */
                sort?: "created_at" | "-created_at" | "updated_at" | "-updated_at" | "url" | "-url";
                /** @description `tag[color]=red`: has this tag with this value; all of them */
                tag?: {
                    [key: string]: string;
                };
                created_by?: unknown;
                parent?: unknown;
                status?: unknown;
                type?: unknown;
            };
            header?: {
                /** @description a `Reveille-Position`: the answer includes everything up to there; absent: everything */
                "Reveille-Min-Position"?: number;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "url": "/chat/42",
                     *         "type": "chat",
                     *         "status": "idle",
                     *         "streams": {
                     *           "main": "/chat/42/main"
                     *         },
                     *         "tags": {
                     *           "project": "iceland"
                     *         },
                     *         "spawn_args": {
                     *           "topic": "holidays"
                     *         },
                     *         "created_by": "/principal/user%3Aalice",
                     *         "created_at": 1795292135780,
                     *         "updated_at": 1795292135780
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["EntityDto"][];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAVAILABLE` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entities.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/chat/42",
                     *       "type": "chat",
                     *       "status": "idle",
                     *       "streams": {
                     *         "main": "/chat/42/main"
                     *       },
                     *       "tags": {
                     *         "project": "iceland"
                     *       },
                     *       "spawn_args": {
                     *         "topic": "holidays"
                     *       },
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292135780,
                     *       "updated_at": 1795292135780,
                     *       "externally_writable_collections": {
                     *         "todos": {
                     *           "type": "todo",
                     *           "operations": [
                     *             "insert",
                     *             "update"
                     *           ]
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ReadEntityDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entities.spawn": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "args": {
                 *         "topic": "holidays"
                 *       },
                 *       "tags": {
                 *         "project": "iceland"
                 *       },
                 *       "initialMessage": {
                 *         "text": "Where shall we go?"
                 *       },
                 *       "initialMessageType": "note"
                 *     }
                 */
                "application/json": components["schemas"]["SpawnDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/chat/42",
                     *       "type": "chat",
                     *       "status": "idle",
                     *       "streams": {
                     *         "main": "/chat/42/main"
                     *       },
                     *       "tags": {
                     *         "project": "iceland"
                     *       },
                     *       "spawn_args": {
                     *         "topic": "holidays"
                     *       },
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292135780,
                     *       "updated_at": 1795292135780,
                     *       "txid": 2
                     *     }
                     */
                    "application/json": components["schemas"]["ChangedEntityDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNKNOWN_ENTITY_TYPE`, `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `DUPLICATE_URL`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED`, `UNKNOWN_MESSAGE_TYPE` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entities.kill": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": 33
                     *     }
                     */
                    "application/json": components["schemas"]["LogTxidDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `INVALID_SIGNAL`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityWrites.send": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "m-1",
                 *       "type": "note",
                 *       "payload": {
                 *         "text": "To the north?"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SendDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": "448a34b7-f5d9-4beb-bcf9-9f63d497911a"
                     *     }
                     */
                    "application/json": components["schemas"]["UnitTxidDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED`, `UNKNOWN_MESSAGE_TYPE` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityWrites.signal": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "signal": "SIGSTOP",
                 *       "reason": "enough for today"
                 *     }
                 */
                "application/json": components["schemas"]["SignalDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/chat/42",
                     *       "signal": "SIGSTOP",
                     *       "previous_state": "idle",
                     *       "new_state": "paused",
                     *       "created_at": 1795292136114,
                     *       "txid": 23
                     *     }
                     */
                    "application/json": components["schemas"]["SignalledDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `INVALID_SIGNAL`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityWrites.tag": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                tagKey: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "value": "summer"
                 *     }
                 */
                "application/json": components["schemas"]["TagDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/chat/42",
                     *       "type": "chat",
                     *       "status": "idle",
                     *       "streams": {
                     *         "main": "/chat/42/main"
                     *       },
                     *       "tags": {
                     *         "project": "iceland",
                     *         "season": "summer"
                     *       },
                     *       "spawn_args": {
                     *         "topic": "holidays"
                     *       },
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292135780,
                     *       "updated_at": 1795292135872,
                     *       "txid": 6
                     *     }
                     */
                    "application/json": components["schemas"]["ChangedEntityDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityWrites.untag": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                tagKey: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "url": "/chat/42",
                     *       "type": "chat",
                     *       "status": "idle",
                     *       "streams": {
                     *         "main": "/chat/42/main"
                     *       },
                     *       "tags": {
                     *         "project": "iceland"
                     *       },
                     *       "spawn_args": {
                     *         "topic": "holidays"
                     *       },
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292135780,
                     *       "updated_at": 1795292135877,
                     *       "txid": 7
                     *     }
                     */
                    "application/json": components["schemas"]["ChangedEntityDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "pastAndTree.history": {
        parameters: {
            query?: {
                limit?: number;
                /** @description as the header `Link` of the page before gives it; to be sent with the same `sort` */
                cursor?: string;
                /** @description an offset of the stream, or a log position: nothing newer is shown */
                asOf?: string;
            };
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "position": 2,
                     *         "offset": "0000000000000001_0000000000000002",
                     *         "time": "2026-11-21T20:15:35.807Z",
                     *         "txid": "7a996381-0c0d-4e09-81fc-8d98171a07a9",
                     *         "events": [
                     *           {
                     *             "type": "spawned",
                     *             "data": {
                     *               "type": "chat",
                     *               "revision": 2,
                     *               "typeSeq": 5,
                     *               "ancestors": [],
                     *               "createdBy": "/principal/user%3Aalice",
                     *               "tags": {
                     *                 "project": "iceland"
                     *               },
                     *               "at": 1795292135780,
                     *               "hasArgs": true
                     *             }
                     *           }
                     *         ],
                     *         "items": [
                     *           {
                     *             "type": "entity_created",
                     *             "key": "entity-created",
                     *             "value": {
                     *               "entity_type": "chat",
                     *               "timestamp": "2026-11-21T20:15:35.780Z",
                     *               "args": {
                     *                 "topic": "holidays"
                     *               }
                     *             },
                     *             "headers": {
                     *               "operation": "insert"
                     *             }
                     *           },
                     *           {
                     *             "type": "slash_command",
                     *             "key": "summarize",
                     *             "value": {
                     *               "name": "summarize",
                     *               "description": "Says what was said",
                     *               "source": "static",
                     *               "updated_at": "2026-11-21T20:15:35.780Z"
                     *             },
                     *             "headers": {
                     *               "operation": "insert"
                     *             }
                     *           }
                     *         ]
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["HistoryEntryDto"][];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "pastAndTree.tree": {
        parameters: {
            query?: {
                limit?: number;
                /** @description as the header `Link` of the page before gives it; to be sent with the same `sort` */
                cursor?: string;
                /** @description levels; 1: the children */
                depth?: number;
            };
            header?: {
                /** @description a `Reveille-Position`: the answer includes everything up to there; absent: everything */
                "Reveille-Min-Position"?: number;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "url": "/chat/43",
                     *         "type": "chat",
                     *         "status": "idle",
                     *         "streams": {
                     *           "main": "/chat/43/main"
                     *         },
                     *         "tags": {},
                     *         "spawn_args": {},
                     *         "parent": "/chat/42",
                     *         "created_by": "/principal/user%3Aalice",
                     *         "created_at": 1795292136041,
                     *         "updated_at": 1795292136041,
                     *         "depth": 1
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["DescendantDto"][];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAVAILABLE` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "inbox.remove": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                messageKey: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": "c65160cb-ffee-45e8-be8a-bd537aec3ab6"
                     *     }
                     */
                    "application/json": components["schemas"]["UnitTxidDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "inbox.edit": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                messageKey: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "payload": {
                 *         "text": "To the north, or to the south?"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["EditMessageDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": "9c3019da-ea85-4a5c-8623-101893f4628d"
                     *     }
                     */
                    "application/json": components["schemas"]["UnitTxidDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "collections.write": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                collection: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operation": "insert",
                 *       "key": "flights",
                 *       "value": {
                 *         "title": "Book the flights",
                 *         "done": false
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["CollectionRowDto"];
            };
        };
        responses: {
            /** @description updated or deleted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "flights"
                     *     }
                     */
                    "application/json": components["schemas"]["CollectionKeyDto"];
                };
            };
            /** @description inserted */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "flights"
                     *     }
                     */
                    "application/json": components["schemas"]["CollectionKeyDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED`, `UNKNOWN_EVENT_TYPE` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityGrants.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "grants": [
                     *         {
                     *           "id": 1838379147168686,
                     *           "entity_url": "/chat/42",
                     *           "permission": "read",
                     *           "subject_kind": "principal",
                     *           "subject_value": "/principal/user%3Abob",
                     *           "created_by": "/principal/user%3Aalice",
                     *           "created_at": "2026-11-21T20:15:35.906Z",
                     *           "updated_at": "2026-11-21T20:15:35.906Z",
                     *           "propagation": "descendants",
                     *           "copy_to_children": false
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["EntityGrantsDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityGrants.give": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subject_kind": "principal",
                 *       "subject_value": "/principal/user%3Abob",
                 *       "permission": "read",
                 *       "propagation": "descendants"
                 *     }
                 */
                "application/json": components["schemas"]["EntityGrantInputDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 1838379147168686,
                     *       "entity_url": "/chat/42",
                     *       "permission": "read",
                     *       "subject_kind": "principal",
                     *       "subject_value": "/principal/user%3Abob",
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": "2026-11-21T20:15:35.906Z",
                     *       "updated_at": "2026-11-21T20:15:35.906Z",
                     *       "propagation": "descendants",
                     *       "copy_to_children": false
                     *     }
                     */
                    "application/json": components["schemas"]["EntityGrantDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "entityGrants.revoke": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                grantId: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "typeGrants.list": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "grants": [
                     *         {
                     *           "id": 1838379146965055,
                     *           "entity_type": "chat",
                     *           "permission": "manage",
                     *           "subject_kind": "principal",
                     *           "subject_value": "/principal/user%3Aalice",
                     *           "created_by": "/principal/user%3Aalice",
                     *           "created_at": "2026-11-21T20:15:35.708Z",
                     *           "updated_at": "2026-11-21T20:15:35.708Z"
                     *         },
                     *         {
                     *           "id": 1838379147020496,
                     *           "entity_type": "chat",
                     *           "permission": "spawn",
                     *           "subject_kind": "principal_kind",
                     *           "subject_value": "agent",
                     *           "created_by": "/principal/user%3Aalice",
                     *           "created_at": "2026-11-21T20:15:35.762Z",
                     *           "updated_at": "2026-11-21T20:15:35.762Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TypeGrantsDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "typeGrants.give": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                name: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subject_kind": "principal_kind",
                 *       "subject_value": "agent",
                 *       "permission": "spawn"
                 *     }
                 */
                "application/json": components["schemas"]["TypeGrantInputDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 1838379147020496,
                     *       "entity_type": "chat",
                     *       "permission": "spawn",
                     *       "subject_kind": "principal_kind",
                     *       "subject_value": "agent",
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": "2026-11-21T20:15:35.762Z",
                     *       "updated_at": "2026-11-21T20:15:35.762Z"
                     *     }
                     */
                    "application/json": components["schemas"]["TypeGrantDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "typeGrants.revoke": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                grantId: unknown;
                name: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "attachments.attach": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "itinerary",
                 *       "file": "Reykjavik, Akureyri",
                 *       "filename": "itinerary.txt",
                 *       "mimeType": "text/plain",
                 *       "role": "input",
                 *       "subject": "{\"type\":\"inbox\",\"key\":\"m-1\"}"
                 *     }
                 */
                "multipart/form-data": components["schemas"]["AttachFileDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": "e5bed476-691f-863d-8f0c-f928651c8eaa",
                     *       "attachment": {
                     *         "key": "attachment:itinerary",
                     *         "kind": "attachment",
                     *         "id": "itinerary",
                     *         "streamPath": "/chat/42/attachments/itinerary",
                     *         "status": "complete",
                     *         "subject": {
                     *           "type": "inbox",
                     *           "key": "m-1"
                     *         },
                     *         "role": "input",
                     *         "mimeType": "text/plain",
                     *         "filename": "itinerary.txt",
                     *         "byteLength": 19,
                     *         "sha256": "a313748719fcbc2c793f388cf03ab4fda8717b2f57ec9d1864cd09e036687ffb",
                     *         "createdAt": "2026-11-21T20:15:35.927Z",
                     *         "createdBy": "/principal/user%3Aalice"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["AttachedDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `INVALID_REQUEST`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "attachments.download": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachmentId: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the bytes, under the type they were sent with */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example Reykjavik, Akureyri */
                    "*/*": unknown;
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "attachments.remove": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                attachmentId: unknown;
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "txid": "3a9f6a3b-5048-4faf-aabb-d9c2a0a104b5"
                     *     }
                     */
                    "application/json": components["schemas"]["UnitTxidDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "claims.claim": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "runner": "reader-1",
                 *       "leaseMs": 30000
                 *     }
                 */
                "application/json": components["schemas"]["ClaimDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "token": "the-write-token",
                     *       "claimEpoch": 16,
                     *       "leaseExpiresAt": "2026-11-21T20:16:05.996Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ClaimedDto"] | components["schemas"]["NoWorkDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `FENCED`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "claims.heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "claimEpoch": 16
                 *     }
                 */
                "application/json": components["schemas"]["ClaimEpochDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "leaseExpiresAt": "2026-11-21T20:16:06.003Z"
                     *     }
                     */
                    "application/json": components["schemas"]["LeaseDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `FENCED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "claims.release": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "claimEpoch": 16
                 *     }
                 */
                "application/json": components["schemas"]["ClaimEpochDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "idle"
                     *     }
                     */
                    "application/json": components["schemas"]["ReleasedDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `FENCED`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "wakes.register": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subscriberUrl": "/chat/42",
                 *       "sourceUrl": "/chat/43",
                 *       "condition": "runFinished"
                 *     }
                 */
                "application/json": components["schemas"]["RegisterWakeDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "wakes.unregister": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "subscriberUrl": "/chat/42",
                 *       "sourceUrl": "/chat/43"
                 *     }
                 */
                "application/json": components["schemas"]["UnregisterWakeDto"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST`, `INVALID_WAKE_UNREGISTER` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "operations.start": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "signal",
                 *       "signal": "SIGCONT",
                 *       "filter": {
                 *         "type": "chat",
                 *         "status": "paused"
                 *       },
                 *       "reason": "next day"
                 *     }
                 */
                "application/json": components["schemas"]["StartOperationDto"];
            };
        };
        responses: {
            /** @description the header Location says where its progress is */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "op-078621bf-5c3b-41b3-91e4-463a9d6e603e",
                     *       "kind": "signal",
                     *       "status": "running",
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292136129,
                     *       "updated_at": 1795292136129,
                     *       "total": 1,
                     *       "done": 0,
                     *       "failed": 0,
                     *       "errors": []
                     *     }
                     */
                    "application/json": components["schemas"]["OperationDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAVAILABLE` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "operations.get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "op-078621bf-5c3b-41b3-91e4-463a9d6e603e",
                     *       "kind": "signal",
                     *       "status": "running",
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292136129,
                     *       "updated_at": 1795292136129,
                     *       "total": 1,
                     *       "done": 0,
                     *       "failed": 0,
                     *       "errors": []
                     *     }
                     */
                    "application/json": components["schemas"]["OperationDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "operations.cancel": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "op-078621bf-5c3b-41b3-91e4-463a9d6e603e",
                     *       "kind": "signal",
                     *       "status": "cancelling",
                     *       "created_by": "/principal/user%3Aalice",
                     *       "created_at": 1795292136129,
                     *       "updated_at": 1795292136182,
                     *       "total": 1,
                     *       "done": 0,
                     *       "failed": 0,
                     *       "errors": []
                     *     }
                     */
                    "application/json": components["schemas"]["OperationDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "observations.entities": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "tags": {
                 *         "project": "iceland"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ObserveEntitiesDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sourceRef": "c7fb24fbea4098b8-163cfbd7cf33ac1b",
                     *       "streamUrl": "/_entities/c7fb24fbea4098b8-163cfbd7cf33ac1b"
                     *     }
                     */
                    "application/json": components["schemas"]["ObservedEntitiesDto"];
                };
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "shapes.read": {
        parameters: {
            query: {
                /** @description changes_only: without rows */
                log?: "full" | "changes_only";
                /** @description full: updates hold whole rows */
                replica?: "default" | "full";
                /** @description only these, and the key */
                columns?: unknown;
                /** @description the value of $1 in the condition */
                "params[1]"?: unknown;
                /** @description a condition in SQL */
                where?: unknown;
                /** @description the electric-cursor of the answer before */
                cursor?: unknown;
                /** @description wait for changes */
                live?: "true" | "false";
                /** @description the electric-handle of the answer before */
                handle?: unknown;
                /** @description -1, now, or the electric-offset of the answer before */
                offset: unknown;
                /** @description entities, entity_types, users, entity_effective_permissions */
                table: unknown;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description messages: changes of rows, and that the client is up to date */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST`, `INVALID_WHERE` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `TABLE_NOT_ALLOWED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description the client must begin anew, with the handle of this answer */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `UNAVAILABLE` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "streams.read": {
        parameters: {
            query?: {
                /** @description `-1` (start), `now` (tail), or one given out */
                offset?: unknown;
                /** @description needs `offset` */
                live?: "long-poll" | "sse";
                /** @description the last `stream-cursor` */
                cursor?: unknown;
            };
            header?: {
                "if-none-match"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description content after the offset; `text/event-stream` with `live=sse` */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    /** @description for `If-None-Match` */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "type": "entity_created",
                     *         "key": "entity-created",
                     *         "value": {
                     *           "entity_type": "chat",
                     *           "timestamp": "2026-11-21T20:15:35.780Z",
                     *           "args": {
                     *             "topic": "holidays"
                     *           }
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000001_0000000000000002"
                     *         }
                     *       },
                     *       {
                     *         "type": "slash_command",
                     *         "key": "summarize",
                     *         "value": {
                     *           "name": "summarize",
                     *           "description": "Says what was said",
                     *           "source": "static",
                     *           "updated_at": "2026-11-21T20:15:35.780Z"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000001_0000000000000002"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "msg-in-1795292135780-fryai1",
                     *         "value": {
                     *           "from": "/principal/user%3Aalice",
                     *           "payload": {
                     *             "text": "Where shall we go?"
                     *           },
                     *           "timestamp": "2026-11-21T20:15:35.780Z",
                     *           "mode": "immediate",
                     *           "status": "processed",
                     *           "processed_at": "2026-11-21T20:15:35.780Z",
                     *           "message_type": "note"
                     *         },
                     *         "headers": {
                     *           "txid": "7a996381-0c0d-4e09-81fc-8d98171a07a9",
                     *           "operation": "insert",
                     *           "offset": "0000000000000002_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "value": {
                     *           "from": "/principal/user%3Aalice",
                     *           "payload": {
                     *             "text": "To the north?"
                     *           },
                     *           "timestamp": "2026-11-21T20:15:35.850Z",
                     *           "mode": "immediate",
                     *           "status": "processed",
                     *           "processed_at": "2026-11-21T20:15:35.850Z",
                     *           "from_principal": "/principal/user%3Aalice",
                     *           "message_type": "note"
                     *         },
                     *         "headers": {
                     *           "txid": "448a34b7-f5d9-4beb-bcf9-9f63d497911a",
                     *           "operation": "insert",
                     *           "offset": "0000000000000003_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "value": {
                     *           "payload": {
                     *             "text": "To the north, or to the south?"
                     *           }
                     *         },
                     *         "headers": {
                     *           "txid": "9c3019da-ea85-4a5c-8623-101893f4628d",
                     *           "operation": "update",
                     *           "offset": "0000000000000004_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "headers": {
                     *           "txid": "c65160cb-ffee-45e8-be8a-bd537aec3ab6",
                     *           "operation": "delete",
                     *           "offset": "0000000000000005_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "tags",
                     *         "key": "season",
                     *         "value": {
                     *           "key": "season",
                     *           "value": "summer"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "timestamp": "2026-11-21T20:15:35.872Z",
                     *           "offset": "0000000000000006_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "tags",
                     *         "key": "season",
                     *         "headers": {
                     *           "operation": "delete",
                     *           "timestamp": "2026-11-21T20:15:35.877Z",
                     *           "offset": "0000000000000007_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "flights",
                     *         "value": {
                     *           "title": "Book the flights",
                     *           "done": false
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "timestamp": "2026-11-21T20:15:35.885Z",
                     *           "principal": {
                     *             "url": "/principal/user%3Aalice",
                     *             "kind": "user",
                     *             "id": "alice"
                     *           },
                     *           "offset": "0000000000000008_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "flights",
                     *         "value": {
                     *           "done": true
                     *         },
                     *         "headers": {
                     *           "operation": "update",
                     *           "timestamp": "2026-11-21T20:15:35.893Z",
                     *           "principal": {
                     *             "url": "/principal/user%3Aalice",
                     *             "kind": "user",
                     *             "id": "alice"
                     *           },
                     *           "offset": "0000000000000009_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "manifest",
                     *         "key": "attachment:itinerary",
                     *         "value": {
                     *           "key": "attachment:itinerary",
                     *           "kind": "attachment",
                     *           "id": "itinerary",
                     *           "streamPath": "/chat/42/attachments/itinerary",
                     *           "status": "complete",
                     *           "subject": {
                     *             "type": "inbox",
                     *             "key": "m-1"
                     *           },
                     *           "role": "input",
                     *           "mimeType": "text/plain",
                     *           "filename": "itinerary.txt",
                     *           "byteLength": 19,
                     *           "sha256": "a313748719fcbc2c793f388cf03ab4fda8717b2f57ec9d1864cd09e036687ffb",
                     *           "createdAt": "2026-11-21T20:15:35.927Z",
                     *           "createdBy": "/principal/user%3Aalice"
                     *         },
                     *         "headers": {
                     *           "operation": "upsert",
                     *           "timestamp": "2026-11-21T20:15:35.943Z",
                     *           "txid": "e5bed476-691f-863d-8f0c-f928651c8eaa",
                     *           "offset": "0000000000000013_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "manifest",
                     *         "key": "attachment:itinerary",
                     *         "headers": {
                     *           "operation": "delete",
                     *           "timestamp": "2026-11-21T20:15:35.977Z",
                     *           "txid": "3a9f6a3b-5048-4faf-aabb-d9c2a0a104b5",
                     *           "offset": "0000000000000014_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "hotel",
                     *         "value": {
                     *           "title": "Book a hotel"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000018_0000000000000000"
                     *         }
                     *       }
                     *     ]
                     */
                    "application/json": unknown;
                    "*/*": string;
                    "text/event-stream": string;
                };
            };
            /** @description nothing came while the long-poll waited, or the stream is closed */
            204: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description as it was under this ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `GONE` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "append.append": {
        parameters: {
            query?: never;
            header?: {
                "stream-seq"?: string;
                "producer-seq"?: string;
                "producer-epoch"?: string;
                "producer-id"?: string;
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        /** @description one event, or an array of them */
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "type": "todo",
                 *         "key": "hotel",
                 *         "value": {
                 *           "title": "Book a hotel"
                 *         },
                 *         "headers": {
                 *           "operation": "insert"
                 *         }
                 *       }
                 *     ]
                 */
                "application/json": unknown;
            };
        };
        responses: {
            /** @description appended for a producer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description appended, or a duplicate of a producer */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `CONFLICT`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED`, `UNKNOWN_EVENT_TYPE` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "streams.head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what there is, without content */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description this cannot be the name of a stream */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description there is no such stream */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "streams.read.1": {
        parameters: {
            query?: {
                /** @description `-1` (start), `now` (tail), or one given out */
                offset?: unknown;
                /** @description needs `offset` */
                live?: "long-poll" | "sse";
                /** @description the last `stream-cursor` */
                cursor?: unknown;
            };
            header?: {
                "if-none-match"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description content after the offset; `text/event-stream` with `live=sse` */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    /** @description for `If-None-Match` */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "type": "entity_created",
                     *         "key": "entity-created",
                     *         "value": {
                     *           "entity_type": "chat",
                     *           "timestamp": "2026-11-21T20:15:35.780Z",
                     *           "args": {
                     *             "topic": "holidays"
                     *           }
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000001_0000000000000002"
                     *         }
                     *       },
                     *       {
                     *         "type": "slash_command",
                     *         "key": "summarize",
                     *         "value": {
                     *           "name": "summarize",
                     *           "description": "Says what was said",
                     *           "source": "static",
                     *           "updated_at": "2026-11-21T20:15:35.780Z"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000001_0000000000000002"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "msg-in-1795292135780-fryai1",
                     *         "value": {
                     *           "from": "/principal/user%3Aalice",
                     *           "payload": {
                     *             "text": "Where shall we go?"
                     *           },
                     *           "timestamp": "2026-11-21T20:15:35.780Z",
                     *           "mode": "immediate",
                     *           "status": "processed",
                     *           "processed_at": "2026-11-21T20:15:35.780Z",
                     *           "message_type": "note"
                     *         },
                     *         "headers": {
                     *           "txid": "7a996381-0c0d-4e09-81fc-8d98171a07a9",
                     *           "operation": "insert",
                     *           "offset": "0000000000000002_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "value": {
                     *           "from": "/principal/user%3Aalice",
                     *           "payload": {
                     *             "text": "To the north?"
                     *           },
                     *           "timestamp": "2026-11-21T20:15:35.850Z",
                     *           "mode": "immediate",
                     *           "status": "processed",
                     *           "processed_at": "2026-11-21T20:15:35.850Z",
                     *           "from_principal": "/principal/user%3Aalice",
                     *           "message_type": "note"
                     *         },
                     *         "headers": {
                     *           "txid": "448a34b7-f5d9-4beb-bcf9-9f63d497911a",
                     *           "operation": "insert",
                     *           "offset": "0000000000000003_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "value": {
                     *           "payload": {
                     *             "text": "To the north, or to the south?"
                     *           }
                     *         },
                     *         "headers": {
                     *           "txid": "9c3019da-ea85-4a5c-8623-101893f4628d",
                     *           "operation": "update",
                     *           "offset": "0000000000000004_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "inbox",
                     *         "key": "m-1",
                     *         "headers": {
                     *           "txid": "c65160cb-ffee-45e8-be8a-bd537aec3ab6",
                     *           "operation": "delete",
                     *           "offset": "0000000000000005_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "tags",
                     *         "key": "season",
                     *         "value": {
                     *           "key": "season",
                     *           "value": "summer"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "timestamp": "2026-11-21T20:15:35.872Z",
                     *           "offset": "0000000000000006_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "tags",
                     *         "key": "season",
                     *         "headers": {
                     *           "operation": "delete",
                     *           "timestamp": "2026-11-21T20:15:35.877Z",
                     *           "offset": "0000000000000007_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "flights",
                     *         "value": {
                     *           "title": "Book the flights",
                     *           "done": false
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "timestamp": "2026-11-21T20:15:35.885Z",
                     *           "principal": {
                     *             "url": "/principal/user%3Aalice",
                     *             "kind": "user",
                     *             "id": "alice"
                     *           },
                     *           "offset": "0000000000000008_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "flights",
                     *         "value": {
                     *           "done": true
                     *         },
                     *         "headers": {
                     *           "operation": "update",
                     *           "timestamp": "2026-11-21T20:15:35.893Z",
                     *           "principal": {
                     *             "url": "/principal/user%3Aalice",
                     *             "kind": "user",
                     *             "id": "alice"
                     *           },
                     *           "offset": "0000000000000009_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "manifest",
                     *         "key": "attachment:itinerary",
                     *         "value": {
                     *           "key": "attachment:itinerary",
                     *           "kind": "attachment",
                     *           "id": "itinerary",
                     *           "streamPath": "/chat/42/attachments/itinerary",
                     *           "status": "complete",
                     *           "subject": {
                     *             "type": "inbox",
                     *             "key": "m-1"
                     *           },
                     *           "role": "input",
                     *           "mimeType": "text/plain",
                     *           "filename": "itinerary.txt",
                     *           "byteLength": 19,
                     *           "sha256": "a313748719fcbc2c793f388cf03ab4fda8717b2f57ec9d1864cd09e036687ffb",
                     *           "createdAt": "2026-11-21T20:15:35.927Z",
                     *           "createdBy": "/principal/user%3Aalice"
                     *         },
                     *         "headers": {
                     *           "operation": "upsert",
                     *           "timestamp": "2026-11-21T20:15:35.943Z",
                     *           "txid": "e5bed476-691f-863d-8f0c-f928651c8eaa",
                     *           "offset": "0000000000000013_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "manifest",
                     *         "key": "attachment:itinerary",
                     *         "headers": {
                     *           "operation": "delete",
                     *           "timestamp": "2026-11-21T20:15:35.977Z",
                     *           "txid": "3a9f6a3b-5048-4faf-aabb-d9c2a0a104b5",
                     *           "offset": "0000000000000014_0000000000000000"
                     *         }
                     *       },
                     *       {
                     *         "type": "todo",
                     *         "key": "hotel",
                     *         "value": {
                     *           "title": "Book a hotel"
                     *         },
                     *         "headers": {
                     *           "operation": "insert",
                     *           "offset": "0000000000000018_0000000000000000"
                     *         }
                     *       }
                     *     ]
                     */
                    "application/json": unknown;
                    "*/*": string;
                    "text/event-stream": string;
                };
            };
            /** @description nothing came while the long-poll waited, or the stream is closed */
            204: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description as it was under this ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `GONE` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "append.append.1": {
        parameters: {
            query?: never;
            header?: {
                "stream-seq"?: string;
                "producer-seq"?: string;
                "producer-epoch"?: string;
                "producer-id"?: string;
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        /** @description one event, or an array of them */
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "type": "todo",
                 *         "key": "hotel",
                 *         "value": {
                 *           "title": "Book a hotel"
                 *         },
                 *         "headers": {
                 *           "operation": "insert"
                 *         }
                 *       }
                 *     ]
                 */
                "application/json": unknown;
            };
        };
        responses: {
            /** @description appended for a producer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description appended, or a duplicate of a producer */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND`, `UNKNOWN_ENTITY_TYPE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_RUNNING`, `CONFLICT`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `SCHEMA_VALIDATION_FAILED`, `UNKNOWN_EVENT_TYPE` */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "streams.head.1": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                type: unknown;
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what there is, without content */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description this cannot be the name of a stream */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description there is no such stream */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "plainStreams.read": {
        parameters: {
            query?: {
                /** @description `-1` (start), `now` (tail), or one given out */
                offset?: unknown;
                /** @description needs `offset` */
                live?: "long-poll" | "sse";
                /** @description the last `stream-cursor` */
                cursor?: unknown;
            };
            header?: {
                "if-none-match"?: string;
            };
            path: {
                /** @description one or more segments */
                path: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description content after the offset; `text/event-stream` with `live=sse` */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    /** @description for `If-None-Match` */
                    etag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "line": "started"
                     *       },
                     *       {
                     *         "line": "going on"
                     *       }
                     *     ]
                     */
                    "application/json": unknown;
                    "*/*": string;
                    "text/event-stream": string;
                };
            };
            /** @description nothing came while the long-poll waited, or the stream is closed */
            204: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: this was everything */
                    "stream-up-to-date"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    /** @description to be sent back with the next live request */
                    "stream-cursor"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description as it was under this ETag */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `GONE` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "plainStreams.create": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
                /** @description seconds without use after which the stream ends */
                "stream-ttl"?: string;
                /** @description RFC 3339; not together with a TTL */
                "stream-expires-at"?: string;
                /** @description `true`: created closed */
                "stream-closed"?: string;
                /** @description path of the stream to fork */
                "stream-forked-from"?: string;
                /** @description where the fork begins; default: the tail of the source */
                "stream-fork-offset"?: string;
                /** @description items of the log entry after the offset that belong to the fork */
                "stream-fork-sub-offset"?: string;
            };
            path: {
                /** @description one or more segments */
                path: unknown;
            };
            cookie?: never;
        };
        /** @description initial content */
        requestBody?: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "line": "started"
                 *       }
                 *     ]
                 */
                "application/json": unknown;
                "application/octet-stream": unknown;
                "text/plain": unknown;
            };
        };
        responses: {
            /** @description it was there, with the same settings */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description created */
            201: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `CONFLICT`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `OVERLOADED` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "plainStreams.append": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
                /** @description names the producer; the three producer headers are sent together */
                "producer-id"?: string;
                /** @description a higher epoch fences the lower ones */
                "producer-epoch"?: string;
                /** @description counts from 0 in each epoch; a repeated number has no second effect */
                "producer-seq"?: string;
                /** @description must grow bytewise */
                "stream-seq"?: string;
                /** @description `true`: closes the stream, with or without content */
                "stream-closed"?: string;
            };
            path: {
                /** @description one or more segments */
                path: unknown;
            };
            cookie?: never;
        };
        /** @description content; JSON streams take one item or an array */
        requestBody?: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "line": "going on"
                 *       }
                 *     ]
                 */
                "application/json": unknown;
                "application/octet-stream": unknown;
                "text/plain": unknown;
            };
        };
        responses: {
            /** @description appended for a producer */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description appended or closed, or a duplicate of a producer */
            204: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `CONFLICT`, `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `GONE` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `OVERLOADED` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "plainStreams.remove": {
        parameters: {
            query?: never;
            header?: {
                /** @description under the same key the request has one effect, however often it is sent */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description one or more segments */
                path: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `UNAUTHORIZED` */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `NOT_FOUND` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
            /** @description `GONE` */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorDto"];
                };
            };
        };
    };
    "plainStreams.head": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description one or more segments */
                path: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what there is, without content */
            200: {
                headers: {
                    /** @description the offset to read on from */
                    "stream-next-offset"?: string;
                    /** @description `true`: nothing will follow */
                    "stream-closed"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description this cannot be the name of a stream */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description there is no such stream */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description it was deleted, and only its forks have the content */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
