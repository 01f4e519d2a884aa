#!/bin/sh
# Gives the server the namespace that the cases live in, and the search attributes that they are found by. A namespace
# that exists gets its retention set again; an attribute that exists is left alone.
#
# Closed cases stay on the server for three years (26304 hours), so that the UI can still show them: the server's own
# default would delete them after days.
#
# Runs in temporalio/admin-tools. Reads what the `temporal` command reads: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu

namespace=${TEMPORAL_NAMESPACE:-default}
retention=26304h

# A server whose port is open may need some more seconds.
patiently() {
    tries=30
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || exit 1
        sleep 1
    done
}

patiently temporal operator cluster health

if temporal operator namespace describe -n "$namespace" >/dev/null 2>&1; then
    temporal operator namespace update -n "$namespace" --retention "$retention"
else
    temporal operator namespace create -n "$namespace" --retention "$retention"
fi

# So may a new namespace, until every part of the server knows it.
patiently temporal operator search-attribute list -n "$namespace" >/dev/null
known=$(temporal operator search-attribute list -n "$namespace")

attribute() {
    if echo "$known" | grep -qw "$1"; then
        return
    fi
    temporal operator search-attribute create -n "$namespace" --name "$1" --type "$2"
}

attribute Program Keyword
attribute Facility Keyword
attribute State Keyword
attribute Modality Keyword
attribute Stage Keyword
attribute AwaitedParty Keyword
attribute DueAt Datetime
attribute Deficiencies Int
attribute NeedsAttention Bool
