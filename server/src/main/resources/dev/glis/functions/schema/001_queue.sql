-- Accepted events that have not been worked off yet. A row lives from its acceptance to its end.
CREATE TABLE queued_invocations (
    request_id uuid PRIMARY KEY,
    account_id text NOT NULL,
    function_arn text NOT NULL,
    qualifier text NOT NULL,
    invoked_arn text NOT NULL,
    client_context text,
    trace_header text NOT NULL,
    accepted_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    payload bytea NOT NULL
);
CREATE INDEX queued_invocations_by_due ON queued_invocations (function_arn, due_at, request_id);
