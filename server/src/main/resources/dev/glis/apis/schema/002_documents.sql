-- OpenAPI documents, as JSON, compressed: what was imported, and with each deployment what it was then.

alter table apis add column document bytea;
alter table api_deployments add column document bytea;
