#!/bin/sh
# Installs what `make test` drives: a browser, an RDP client and server, SSH clients (OpenSSH's and PuTTY's)
# and a server, OpenSSL, curl, the Azure CLI, a PostgreSQL server, nginx.
set -eu
# shellcheck source=scripts/tools.sh
. "$(dirname -- "$0")/tools.sh"

PATH=$PATH:/usr/sbin
wanted=''
either() { # PACKAGE PROGRAM...: one of the programs, else the package
    package=$1
    shift
    for program in "$@"; do ! have "$program" || return 0; done
    wanted="$wanted $package"
}

# Debian 12 has FreeRDP 2, its successors have 3.
rdp='freerdp2-x11 freerdp2-shadow-x11 winpr-utils'
! have apt-cache || apt-cache show freerdp2-x11 >/dev/null 2>&1 ||
    rdp='freerdp3-x11 freerdp3-shadow-x11 winpr3-utils'
# shellcheck disable=SC2086 # a list
set -- $rdp

either chromium chromium google-chrome google-chrome-stable chrome
either chromium-driver chromedriver
either "$1" xfreerdp xfreerdp3
either "$2" freerdp-shadow-cli freerdp-shadow-cli3
either "$3" winpr-hash winpr-hash3
either xvfb Xvfb
either xauth xauth
either openssl openssl
either curl curl
either openssh-client ssh
either openssh-server sshd
either putty-tools plink
either nginx-light nginx
# Debian keeps the server's programs out of the PATH.
set -- /usr/lib/postgresql/*/bin/postgres
[ -x "$1" ] || either postgresql postgres

# The tests start servers of their own. A machine that let nobody in must not begin to.
case $wanted in
*openssh-server*) [ ! -d /run/systemd/system ] || as_root systemctl mask --quiet ssh.service ssh.socket ;;
esac
case $wanted in
*nginx*) [ ! -d /run/systemd/system ] || as_root systemctl mask --quiet nginx.service ;;
esac
# Nor does it keep a database of its own: the tests want the programs, not a server that runs.
case $wanted in
*postgresql*)
    packages 'what the tests drive' postgresql-common
    conf=/etc/postgresql-common/createcluster.conf
    say "PostgreSQL's packages are told in $conf to create no database of their own"
    as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$conf"
    [ ! -d /run/systemd/system ] || as_root systemctl mask --quiet postgresql.service
    ;;
esac
# shellcheck disable=SC2086 # a list
packages 'what the tests drive' $wanted
azure_cli
npm_programs all
