#!/usr/bin/env bash
# The packages under a real systemd: a minimal Debian is booted as a container, and inside it they are installed,
# started, talked to, reloaded, killed, hung, activated by socket, upgraded, removed and purged.
#
#     assets/test-systemd.sh [DEB...]
#
# Without packages it makes them with `cargo deb` from the binaries the tests have built. Needs root, debootstrap and
# systemd-nspawn, and says so where it cannot run: exit status 77. 0: all checks passed; 1: one did not. The root is
# kept in ~/.cache/chinwag (CHINWAG_ROOT_CACHE); the container has no network but its own loopback.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${CHINWAG_ROOT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/chinwag}
limit=300

cannot() { echo "not run: $1" >&2; exit 77; }

[ "$(id -u)" = 0 ] || cannot 'it takes root to boot a container'
command -v debootstrap >/dev/null || cannot 'debootstrap is missing; apt-get install debootstrap'
command -v systemd-nspawn >/dev/null || cannot 'systemd-nspawn is missing; apt-get install systemd-container'

work=$(mktemp -d)
container=
clean() {
    if [ -n "$container" ]; then kill "$container" 2>/dev/null || true; wait "$container" 2>/dev/null || true; fi
    rm -rf --one-file-system "$work"
}
trap clean EXIT

make_packages() {
    command -v cargo-deb >/dev/null || cannot 'cargo-deb is missing; cargo install cargo-deb'
    cd "$here/.."
    cargo build --quiet --package server --package tui-client
    for package in 'server' 'tui-client' 'tui-client --variant ssh'; do
        # shellcheck disable=SC2086 # a package, and which variant of it
        cargo deb --quiet --package $package --no-build --profile dev --no-strip --fast --output "$work/" >&2
    done
}

# From the mirror this machine's own apt uses.
make_root() {
    local suite mirror
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' |
        awk -v suite="$suite" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || cannot 'this machine knows no Debian mirror'
    root=$cache/root-$suite-2
    [ -e "$root/made" ] && return
    echo "== a minimal Debian ($suite), once" >&2
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,jq,netcat-openbsd,openssh-client "$suite" "$root/tree" "$mirror" \
        >"$work/debootstrap.log" 2>&1 || { tail -n 20 "$work/debootstrap.log" >&2; cannot 'debootstrap failed'; }
    rm -rf "$root"/tree/var/cache/apt/archives/*.deb "$root"/tree/var/lib/apt/lists/*
    touch "$root/made"
}

if [ $# -gt 0 ]; then cp "$@" "$work/"; else make_packages; fi
make_root
cp -a --reflink=auto "$root/tree" "$work/tree"
mkdir "$work/tree/packages"
cp "$work"/*.deb "$work/tree/packages/"
install -m 755 "$here/test-systemd/inside.sh" "$work/tree/packages/inside.sh"
# The checks are a unit of the booted system; its end is the system's.
cat >"$work/tree/etc/systemd/system/checks.service" <<'UNIT'
[Unit]
After=multi-user.target
[Service]
StandardOutput=truncate:/packages/transcript
StandardError=inherit
ExecStart=/packages/inside.sh
ExecStopPost=/bin/sh -c 'echo "$EXIT_STATUS" >/packages/status; systemctl --no-block poweroff'
UNIT
mkdir -p "$work/tree/etc/systemd/system/multi-user.target.wants"
ln -s ../checks.service "$work/tree/etc/systemd/system/multi-user.target.wants/"
: >"$work/tree/packages/transcript"

echo '== booting'
systemd-nspawn --quiet --register=no --keep-unit --private-network --console=pipe --machine=chinwag-test \
    --boot --directory="$work/tree" </dev/null >"$work/console" 2>&1 &
container=$!
tail --pid="$container" --lines=+1 --follow=name "$work/tree/packages/transcript" 2>/dev/null &
for ((second = 0; second < limit; second++)); do
    kill -0 "$container" 2>/dev/null || break
    sleep 1
done
if kill -0 "$container" 2>/dev/null; then echo "FAILED: it took longer than $limit s" >&2; exit 1; fi
wait "$container" || true
container=
status=$(cat "$work/tree/packages/status" 2>/dev/null || true)
if [ -z "$status" ]; then
    tail -n 40 "$work/console" >&2
    # Nothing of ours is in it before the checks begin.
    [ -s "$work/tree/packages/transcript" ] || cannot 'a container does not boot here; its console is above'
    echo 'FAILED: the checks did not come to their end; the console is above' >&2
    exit 1
fi
[ "$status" = 0 ] || { echo 'FAILED' >&2; exit 1; }
