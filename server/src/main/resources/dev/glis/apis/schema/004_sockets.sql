-- Of a WebSocket API, the part of a message that names its route; null for an HTTP API.
alter table apis add column selection text check (selection <> '');
