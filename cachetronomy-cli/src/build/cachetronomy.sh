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

# Which of the streams are a terminal, and how wide it is: the JVM cannot tell.
streams=
columns=0
if [ -t 1 ]; then
  streams=1
  size=$(stty size </dev/tty 2>/dev/null) && columns=${size#* }
fi
[ -t 2 ] && streams=${streams}2

# In the locale C the JVM could not read arguments and names of files with other letters than ASCII.
case ${LC_ALL:-${LC_CTYPE:-$LANG}} in
  '' | C | POSIX) export LC_ALL=C.UTF-8 ;;
esac

# Whichever of them the Java that built this can make. Another Java takes no notice of it.
archive=-XX:SharedArchiveFile=$home/cachetronomy.jsa
[ -f "$home/cachetronomy.aot" ] && archive=-XX:AOTCache=$home/cachetronomy.aot

# No locale's names are printed, and the data of a locale take long to load: without a provider of them the plain ones serve.
exec "$java" -XX:+IgnoreUnrecognizedVMOptions "$archive" -Xlog:disable \
  -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
  -Dorg.sqlite.lib.path="$home/native" -Dorg.sqlite.tmpdir="$home/native" \
  -Djava.locale.providers=SPI \
  -Dslf4j.provider=org.slf4j.nop.NOPServiceProvider -Dslf4j.internal.verbosity=WARN \
  -Dcachetronomy.terminal="$streams" -Dcachetronomy.columns="$columns" \
  -jar "$home/cachetronomy.jar" "$@"
