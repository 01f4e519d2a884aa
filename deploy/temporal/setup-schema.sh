#!/bin/sh
# Brings Temporal's two databases to the schema of the server's version, before the server starts. What is current
# already is left alone, so it may run any number of times, also for the next version's schema.
#
# Runs in temporalio/admin-tools. Reads what temporal-sql-tool reads (SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER,
# SQL_PASSWORD) and SCHEMA_DIR.
set -eu

schemas=${SCHEMA_DIR:-/etc/temporal/schema/postgresql/v12}

prepare() {
    temporal-sql-tool --db "$1" create
    temporal-sql-tool --db "$1" setup-schema -v 0.0
    temporal-sql-tool --db "$1" update-schema -d "$schemas/$2/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
