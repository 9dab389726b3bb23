#!/bin/sh
# Start one Kafka node in a container. Its number is at the end of its host name (kafka-0, kafka-1, ...); a node
# alone takes single.properties, one of several replicated.properties. Every node is broker and controller.
#
#   KAFKA_NODES       how many there are: 1, or 3 and more; never changed later
#   KAFKA_CLUSTER_ID  22 characters of base64, the same for all and for ever: `kafka-storage.sh random-uuid`
#   KAFKA_DOMAIN      what follows a host name so that others find it, such as `.kafka`; may be empty
set -eu
here=$(dirname "$0")
home=${KAFKA_HOME:-/opt/kafka}
data=${KAFKA_DATA:-/var/lib/kafka/data}
number=${HOSTNAME##*-}
family=${HOSTNAME%-*}
shared=replicated
[ "$KAFKA_NODES" -gt 1 ] || shared=single

voters=
node=0
while [ "$node" -lt "$KAFKA_NODES" ]; do
    voters="$voters${voters:+,}$node@$family-$node$KAFKA_DOMAIN:9093"
    node=$((node + 1))
done

properties=$(mktemp)
cat "$here/common.properties" "$here/$shared.properties" - > "$properties" << END

process.roles=broker,controller
node.id=$number
controller.quorum.voters=$voters
listeners=CLIENTS://:9092,CONTROLLER://:9093
advertised.listeners=CLIENTS://$HOSTNAME$KAFKA_DOMAIN:9092
listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENTS
# A folder below the volume: its own root may hold lost+found, which is no partition.
log.dirs=$data/log
END
# Kafka's own scripts would keep log files of a gigabyte and more; -loggc, which is left out here, asks for some of them.
export LOG_DIR="${LOG_DIR:-/tmp/logs}" EXTRA_ARGS="-name kafkaServer"
"$home/bin/kafka-storage.sh" format --ignore-formatted --cluster-id "$KAFKA_CLUSTER_ID" --config "$properties"
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=$here/log4j2.properties"
exec "$home/bin/kafka-server-start.sh" "$properties"
