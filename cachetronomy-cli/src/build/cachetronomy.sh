#!/bin/sh
# Starts the command that lies beside this script, also through a link to it.
self=$0
while [ -h "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=${self%/*}/$link ;;
  esac
done
case $self in
  */*) home=$(cd "${self%/*}" && pwd -P) ;;
  *) home=$(pwd -P) ;;
esac
java=java
[ -n "$JAVA_HOME" ] && java=$JAVA_HOME/bin/java

exec "$java" -XX:SharedArchiveFile="$home/cachetronomy.jsa" -Xshare:auto -Xlog:cds=off \
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.sqlite.lib.path="$home/native" \
  -jar "$home/cachetronomy.jar" "$@"
