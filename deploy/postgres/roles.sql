-- Roles of a deployment; run once by psql as a superuser in the database of the read models. Then `npm run ops -- migrate` as
-- `reveille_migrator`, now and after every update; `ops -- rebuild` too needs that role.
-- `migrator` owns the tables; the apps get what they need of them, by default privileges, so new tables need no edit here.
-- (`\getenv` is psql's: passwords come from the environment and are in no file.)
\set ON_ERROR_STOP on
\getenv migrator_password POSTGRES_MIGRATOR_PASSWORD
\getenv gateway_password POSTGRES_GATEWAY_PASSWORD
\getenv projector_password POSTGRES_PROJECTOR_PASSWORD
\getenv saga_password POSTGRES_SAGA_PASSWORD

CREATE ROLE reveille_migrator LOGIN PASSWORD :'migrator_password';
CREATE ROLE reveille_gateway LOGIN PASSWORD :'gateway_password';
CREATE ROLE reveille_projector LOGIN PASSWORD :'projector_password';
CREATE ROLE reveille_saga LOGIN PASSWORD :'saga_password';

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO reveille_gateway, reveille_projector, reveille_saga', current_database()) \gexec
SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO reveille_migrator', current_database()) \gexec
GRANT USAGE, CREATE ON SCHEMA public TO reveille_migrator;
GRANT USAGE ON SCHEMA public TO reveille_gateway, reveille_projector, reveille_saga;

ALTER DEFAULT PRIVILEGES FOR ROLE reveille_migrator
  GRANT USAGE ON SCHEMAS TO reveille_gateway, reveille_projector, reveille_saga;
-- The gateway answers queries; what it changes goes to the log.
ALTER DEFAULT PRIVILEGES FOR ROLE reveille_migrator
  GRANT SELECT ON TABLES TO reveille_gateway;
-- Lane workers write rows and position in one transaction. No TRUNCATE, no DDL.
ALTER DEFAULT PRIVILEGES FOR ROLE reveille_migrator
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO reveille_projector, reveille_saga;
ALTER DEFAULT PRIVILEGES FOR ROLE reveille_migrator
  GRANT USAGE, SELECT ON SEQUENCES TO reveille_projector, reveille_saga;
