#!/usr/bin/env bash
# The checks of ../test-systemd.sh, as root inside the booted container. Stops at the first that fails.
set -Eeuo pipefail

port=7667
state=/var/lib/chinwagd
began=$SECONDS
check=
fail() {
    echo "FAILED: $check ($1)"
    systemctl status --no-pager --full chinwagd.service chinwagd.socket chinwag-ssh.service || true
    journalctl --no-pager --unit=chinwag-ssh.service --lines=20 || true
    journalctl --no-pager --unit=chinwagd.service --lines=40 || true
    exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR
checking() { check=$1; }
passed() { printf 'ok %3d s  %s\n' $((SECONDS - began)) "$check"; }

# Until COMMAND succeeds; ten seconds unless told otherwise.
eventually() {
    local tries=${TRIES:-100}
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "never: $*"
        sleep 0.1
    done
}

property() { systemctl show --property="$1" --value chinwagd.service; }
active() { systemctl is-active --quiet chinwagd.service; }
gone() { ! systemctl is-active --quiet "$1"; }
# A new process, which is ready.
replaced() { active && [ "$(property MainPID)" != "$1" ] && [ "$(property MainPID)" != 0 ]; }

# A connection by hand, on descriptor 9: JSON lines, as the protocol has them.
dial() { exec 9<>"/dev/tcp/127.0.0.1/$port"; }
hang_up() { exec 9>&-; }
send() { printf '%s\n' "$1" >&9; }
# The first line that this jq filter is true of.
hear() {
    local line
    while IFS= read -r -t 15 -u 9 line; do
        if jq --exit-status "$1" <<<"$line" >/dev/null; then printf '%s\n' "$line"; return; fi
    done
    echo "nothing heard of $1" >&2
    return 1
}
greeting() { jq -nc --argjson more "$1" '{type: "hello", protocol: [1, 1], client: "checks"} + $more'; }
# Greets, and keeps the answer: not in a subshell, whose descriptors are its own.
greet() {
    dial
    send "$(greeting "$1")"
    welcome=$(hear '.type == "welcome"')
}
welcomed() { jq --exit-status "$1" <<<"$welcome" >/dev/null; }
# Asks, and keeps the answer, which must be `ok`.
ask() {
    send "$(jq -c '. + {id: "q"}' <<<"$1")"
    answer=$(hear '.id == "q"')
    jq --exit-status '.type == "ok"' <<<"$answer" >/dev/null || fail "$answer"
}
answered() { jq --exit-status "$1" <<<"$answer" >/dev/null; }

# A real client that stays: what is written to descriptor 8 it says, what it hears is in a file.
heard=/tmp/heard
stay() {
    mkfifo /tmp/mouth
    HOME=/root chinwag --plain --name ann </tmp/mouth >"$heard" 2>/tmp/complaints &
    exec 8>/tmp/mouth
}
has_heard() { grep --quiet --fixed-strings "$1" "$heard"; }
# Somebody else says it, and the client that stayed hears it: by itself, nobody touched it.
reaches_ann() {
    greet "{\"secret\": \"$ben\"}"
    ask "$(jq -nc --arg text "$1" '{type: "say", room: "lobby", text: $text, nonce: ($text | gsub(" "; "-"))}')"
    hang_up
    TRIES=300 eventually has_heard "$1"
}

checking 'installing enables and starts it'
dpkg --install /packages/*.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
systemctl is-enabled --quiet chinwagd.service
eventually active
! systemctl is-enabled --quiet chinwagd.socket
[ "$(property User)" = chinwagd ] && [ "$(stat -c '%U %a' $state)" = 'chinwagd 700' ]
passed

checking 'it listens on loopback only, and so does the ssh door'
listening=$(awk '$4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6 | sort)
[ "$listening" = "$(printf '0100007F:%04X\n0100007F:%04X' $port 7722)" ] || fail "listens on $listening"
passed

checking 'its exposure is 1.5 at most'
exposure=$(systemd-analyze security --no-pager chinwagd.service | sed -n 's/.*Overall exposure level[^:]*: \([0-9.]*\).*/\1/p')
awk -v exposure="$exposure" 'BEGIN { exit !(exposure > 0 && exposure <= 1.5) }' || fail "$exposure"
passed

checking 'the manual, the completions and the settings are there'
# A minimal system leaves manuals out when it installs; the packages have them.
for package in /packages/*.deb; do dpkg-deb --contents "$package"; done >/tmp/contents
for file in man1/chinwag-ssh-door.1.gz /etc/chinwag-ssh/chinwag-ssh.env man1/chinwagd.1.gz man1/chinwagd-ctl.1.gz man1/chinwag.1.gz completions/chinwag completions/chinwagd \
    vendor-completions/_chinwagd vendor_completions.d/chinwag.fish /etc/chinwagd/chinwagd.toml; do
    grep --quiet "$file\$" /tmp/contents || fail "$file"
done
passed

checking 'people talk, and the manager is told how many there are'
stay
TRIES=100 eventually test -s "$heard"
greet '{"name": "ben"}'
ben=$(jq -r .secret <<<"$welcome")
ask '{"type": "join", "room": "kitchen"}'
ask '{"type": "topic", "room": "kitchen", "topic": "soup"}'
reaches_ann 'good morning'
echo 'hello everyone' >&8
recalled() {
    greet "{\"secret\": \"$ben\"}"
    ask '{"type": "history", "room": "lobby"}'
    answered '.events | any(.text == "hello everyone")'
}
eventually recalled
status() { [[ $(property StatusText) == *user*room* ]]; }
eventually status
passed

checking 'a reload applies what was changed, and one that is wrong changes nothing'
pid=$(property MainPID)
echo 'be kind' >/etc/chinwagd/motd
echo 'motd-file = "motd"' >>/etc/chinwagd/chinwagd.toml
systemctl reload chinwagd.service
motd_is() {
    greet "{\"secret\": \"$ben\"}"
    welcomed ".motd == \"$1\""
}
eventually motd_is 'be kind'
cp /etc/chinwagd/chinwagd.toml /tmp/good.toml
echo 'no-such-setting = 1' >>/etc/chinwagd/chinwagd.toml
if systemctl reload chinwagd.service; then fail 'a reload with a broken file succeeded'; fi
complained() { journalctl --unit=chinwagd.service | grep --quiet 'no-such-setting'; }
eventually complained
motd_is 'be kind'
cp /tmp/good.toml /etc/chinwagd/chinwagd.toml
active
[ "$(property MainPID)" = "$pid" ]
passed

checking 'a group of operators reaches the socket of the operator, and nobody else does'
useradd --groups chinwagd olga
useradd stranger
echo 'operator-group = "chinwagd"' >>/etc/chinwagd/chinwagd.toml
systemctl restart chinwagd.service
[ "$(stat -c '%U:%G %a' /run/chinwagd/chinwagd.sock)" = 'chinwagd:chinwagd 660' ]
runuser -u olga -- chinwagd ctl status >/tmp/status || fail "$(cat /tmp/status)"
if runuser -u stranger -- chinwagd ctl status >/dev/null 2>&1; then fail 'a stranger got in'; fi
passed

checking 'somebody banned stays out through a kill'
greet '{"name": "mallory"}'
mallory=$(jq -r .secret <<<"$welcome")
runuser -u olga -- chinwagd ctl ban mallory --reason noise >/dev/null
systemctl kill --signal=KILL chinwagd.service
answers() { runuser -u olga -- chinwagd ctl status >/dev/null 2>&1; }
eventually answers
dial
send "$(greeting "{\"secret\": \"$mallory\"}")"
hear '.type == "error" and .code == "banned"' >/dev/null
hang_up
passed

checking 'the ssh door runs, is exposed to little, and says what the server lacks'
ssh_property() { systemctl show --property="$1" --value chinwag-ssh.service; }
systemctl is-enabled --quiet chinwag-ssh.service
eventually systemctl is-active --quiet chinwag-ssh.service
[ "$(ssh_property User)" = chinwag-ssh ] && [ "$(stat -c '%U %a' /var/lib/chinwag-ssh)" = 'chinwag-ssh 700' ]
door_says() { journalctl --unit=chinwag-ssh.service | grep --quiet --fixed-strings "$1"; }
eventually door_says 'proxy-from = ["unix:chinwag-ssh"]'
exposure=$(systemd-analyze security --no-pager chinwag-ssh.service | sed -n 's/.*Overall exposure level[^:]*: \([0-9.]*\).*/\1/p')
awk -v exposure="$exposure" 'BEGIN { exit !(exposure > 0 && exposure <= 1.5) }' || fail "$exposure"
passed

checking 'people come in by ssh as soon as the server trusts the door, and operate nothing'
echo 'proxy-from = ["unix:chinwag-ssh"]' >>/etc/chinwagd/chinwagd.toml
systemctl reload chinwagd.service
has_door() { chinwagd ctl status | grep --quiet '^door .*7722.*SHA256:'; }
eventually has_door
ssh-keygen -q -t ed25519 -N '' -f /tmp/key
by_ssh() {
    ssh -F none -p 7722 -i /tmp/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new \
        -o UserKnownHostsFile=/tmp/known_hosts sue@127.0.0.1 "$@"
}
echo 'hello by ssh' | by_ssh say lobby
eventually has_heard 'sue: hello by ssh'
by_ssh who | grep --quiet '^sue'
if by_ssh cat /etc/passwd 2>/dev/null; then fail 'there is a shell'; fi
if runuser -u stranger -- chinwagd ctl status >/tmp/stranger 2>&1; then fail 'a stranger operates the server'; fi
if runuser -u chinwag-ssh -- chinwagd ctl status >/tmp/stranger 2>&1; then fail 'the door operates the server'; fi
passed

checking 'a door that is killed costs the server nothing, and is back with the same key and people'
pid=$(property MainPID)
door=$(ssh_property MainPID)
systemctl kill --signal=KILL chinwag-ssh.service
door_is_back() { [ "$(ssh_property MainPID)" != "$door" ] && by_ssh who >/tmp/who 2>/dev/null; }
eventually door_is_back
grep --quiet '^sue' /tmp/who || fail "$(cat /tmp/who)"
eventually has_door
[ "$(property MainPID)" = "$pid" ] || fail 'the server was restarted'
passed

checking 'killed, it is back by itself with everything, and the client too'
pid=$(property MainPID)
systemctl kill --signal=KILL chinwagd.service
eventually replaced "$pid"
greet "{\"secret\": \"$ben\"}"
welcomed '.you.name == "ben" and (.rooms | any(.name == "kitchen" and .topic == "soup"))'
ask '{"type": "history", "room": "lobby"}'
answered '[.events[] | select(.text == "good morning")] | length == 1'
reaches_ann 'after the kill'
passed

checking 'hung, it is killed by the watchdog and back by itself'
mkdir -p /run/systemd/system/chinwagd.service.d
printf '[Service]\nWatchdogSec=2\n' >/run/systemd/system/chinwagd.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart chinwagd.service
pid=$(property MainPID)
# It is fed: twice the time passes, and it is the same process.
sleep 5
[ "$(property MainPID)" = "$pid" ] || fail 'it was not fed'
kill -STOP "$pid"
eventually replaced "$pid"
journalctl --unit=chinwagd.service | grep --quiet 'Watchdog timeout'
rm -r /run/systemd/system/chinwagd.service.d
systemctl daemon-reload
systemctl restart chinwagd.service
reaches_ann 'after the hang'
passed

checking 'with the socket unit nobody is refused while it restarts'
systemctl stop chinwagd.service
systemctl enable --quiet --now chinwagd.socket
systemctl start chinwagd.service
systemctl restart --no-block chinwagd.service
for _ in $(seq 60); do
    greet "{\"secret\": \"$ben\"}" || fail 'a connection was refused'
    hang_up
done
pid=$(property MainPID)
systemctl kill --signal=KILL chinwagd.service
# It is gone, and not back yet: the connection waits in the queue.
dial
send "$(greeting "{\"secret\": \"$ben\"}")"
hear '.type == "welcome"' >/dev/null
eventually replaced "$pid"
reaches_ann 'through the socket'
passed

checking 'stopped with the socket unit up, the next connection starts it'
systemctl stop chinwagd.service
eventually gone chinwagd.service
greet "{\"secret\": \"$ben\"}"
hang_up
active
passed

checking 'without the socket unit it listens by itself again'
systemctl disable --quiet --now chinwagd.socket
systemctl restart chinwagd.service
reaches_ann 'on its own again'
passed

checking 'an upgrade restarts it, and nothing is lost'
pid=$(property MainPID)
dpkg --install /packages/chinwagd_*.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
eventually replaced "$pid"
greet "{\"secret\": \"$ben\"}"
welcomed '.you.name == "ben"'
reaches_ann 'after the upgrade'
passed

checking 'the backup is off until it is enabled, then made each day, verified, and as many stay as are wanted'
! systemctl is-enabled --quiet chinwagd-backup.timer
systemctl enable --quiet --now chinwagd-backup.timer
systemctl list-timers --no-pager chinwagd-backup.timer | grep --quiet chinwagd-backup.service
mkdir -p /run/systemd/system/chinwagd-backup.service.d
printf '[Service]\nEnvironment=KEEP=2\n' >/run/systemd/system/chinwagd-backup.service.d/keep.conf
systemctl daemon-reload
backups=/var/backups/chinwagd
for _ in 1 2 3; do
    systemctl start chinwagd-backup.service
    sleep 1
done
[ "$(ls $backups | wc -l)" = 2 ] || fail "$(ls $backups)"
for backup in $backups/*; do
    [ "$(stat -c '%U %a' "$backup")" = 'chinwagd 600' ]
    chinwagd ctl verify "$backup" >/tmp/verified || fail "$(cat /tmp/verified)"
done
exposure=$(systemd-analyze security --no-pager chinwagd-backup.service | sed -n 's/.*Overall exposure level[^:]*: \([0-9.]*\).*/\1/p')
awk -v exposure="$exposure" 'BEGIN { exit !(exposure > 0 && exposure <= 1.5) }' || fail "$exposure"
# A store that is damaged fails the unit, and removes no backup.
systemctl stop chinwagd.service
cp $state/chinwag.db /tmp/good.db
at=$(grep --byte-offset --only-matching --text --max-count=1 'good morning' $state/chinwag.db | head -n 1 | cut -d: -f1)
printf 'G' | dd of=$state/chinwag.db bs=1 seek="$at" conv=notrunc status=none
if systemctl start chinwagd-backup.service; then fail 'a damaged store was called whole'; fi
journalctl --unit=chinwagd-backup.service | grep --quiet 'damaged'
[ "$(find $backups -name 'chinwag-2*' | wc -l)" = 2 ] && [ -f $backups/chinwag-damaged.db ]
cp /tmp/good.db $state/chinwag.db
systemctl reset-failed chinwagd-backup.service
rm -r /run/systemd/system/chinwagd-backup.service.d $backups/*
systemctl daemon-reload
systemctl start chinwagd.service
reaches_ann 'after the backups'
passed

checking 'stopped by hand, it stays so through an upgrade'
systemctl stop chinwagd.service
[ "$(property Result)" = success ]
dpkg --install /packages/chinwagd_*.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
gone chinwagd.service
systemctl start chinwagd.service
reaches_ann 'started by hand'
passed

checking 'removing stops it and keeps what was said'
dpkg --remove chinwagd >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
gone chinwagd.service
[ -s $state/chinwag.db ] && [ -f /etc/chinwagd/chinwagd.toml ] && id chinwagd >/dev/null
passed

checking 'installed again, it goes on where it was'
dpkg --install /packages/chinwagd_*.deb >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
eventually active
reaches_ann 'installed again'
passed

checking 'the client heard everything once'
for said in 'good morning' 'after the kill' 'after the hang' 'through the socket' 'after the upgrade' 'installed again'; do
    [ "$(grep --count --fixed-strings "$said" "$heard")" = 1 ] || fail "$said: $(cat "$heard")"
done
passed

checking 'the ssh door is removed and purged, and its server goes on'
pid=$(property MainPID)
dpkg --purge chinwag-ssh >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
gone chinwag-ssh.service
[ ! -e /var/lib/chinwag-ssh ] && [ ! -e /etc/chinwag-ssh ] && [ "$(property MainPID)" = "$pid" ]
systemctl restart chinwagd.service
active
passed

checking 'purging leaves nothing'
rm /etc/chinwagd/motd
dpkg --purge chinwagd >/tmp/dpkg.log 2>&1 || { cat /tmp/dpkg.log; fail dpkg; }
gone chinwagd.service
[ ! -e $state ] && [ ! -e /var/backups/chinwagd ] && [ ! -e /etc/chinwagd ] && ! id chinwagd 2>/dev/null && ! getent group chinwagd
[ -z "$(find /etc/systemd /usr/lib/systemd /var/lib/systemd/deb-systemd-helper-* -name '*chinwagd*' 2>/dev/null)" ]
passed

echo "all checks passed in $((SECONDS - began)) s"
