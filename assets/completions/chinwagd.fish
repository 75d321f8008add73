# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_chinwagd_global_optspecs
    string join \n config= check-config= listen= irc= free-bind= allow-plaintext= state-dir= socket= operator-group= sync= metrics= metrics-exposed= log-format= cluster= node= cluster-name= cluster-advertise= cluster-credentials= cluster-ca= cluster-replicas= cluster-max-bytes= cluster-plaintext= cluster-old-nats= cluster-found= name= motd-file= password-file= tls-cert= tls-key= tls-next-cert= max-users= max-per-address= proxy-from= pace= pace-each= keep-days= keep-events= keep-rooms= newcomer-history= log-chat= log-level= log-addresses= max-rooms= max-rooms-each= new-rooms= new-identities= joins-per-address= bytes-pace= answer-pace= wrong-guesses= files= file-max= files-total= files-per-day= h/help V/version
end

function __fish_chinwagd_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_chinwagd_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_chinwagd_using_subcommand
    set -l cmd (__fish_chinwagd_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c chinwagd -n "__fish_chinwagd_needs_command" -l config -d 'Read settings from this file, too [default: `chinwagd.toml` in `$CONFIGURATION_DIRECTORY`, if it is there]' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l check-config -d 'Check the settings and the files they name, say what is wrong, and end' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l listen -d 'Where to listen: HOST:PORT, or HOST for port 7667. Several are separated by commas, or each is a flag of its own; in the file they may be a list' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l irc -d 'Where to listen for IRC clients: HOST:PORT, or HOST for port 6697; several as for listen. They must speak TLS, which has the server\'s certificate; over loopback, or with allow-plaintext, they may do without' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l free-bind -d 'Listen also on an address that this machine does not have yet (`IP_FREEBIND`); without it a start waits for the address' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l allow-plaintext -d 'Let other machines connect without TLS' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l state-dir -d 'Where messages, identities and the admin key are kept [default: `$STATE_DIRECTORY`, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l socket -d 'Where programs on this machine reach the server, and its operator: a path, or none [default: `chinwagd.sock` in `$RUNTIME_DIRECTORY`, or in the state directory]' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l operator-group -d 'A group of Unix users who may operate the server over its socket, as its own user and root may' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l sync -d 'What an acknowledged message survives: normal, the end of the server; full, power loss as well' -r -f -a "normal\t'The operating system has it: survives the end of this process'
full\t'The disk has it: survives power loss, as far as the disk keeps its word'"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l metrics -d 'Serve numbers for Prometheus over HTTP at this address, as /metrics, and its health, as /livez, /readyz and /healthz' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l metrics-exposed -d 'Let other machines read the metrics; there is no password and no encryption' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l log-format -d 'In which form the log is written: text or json, on standard error; journal, with fields; auto, the journal when systemd connected standard error to it, otherwise text' -r -f -a "auto\t'The journal when systemd connected standard error to it, otherwise text'
text\t'Lines to read, on standard error'
json\t'A JSON object a line, on standard error'
journal\t'The journal, with fields'"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster -d 'Be one of several servers that are one chat: the NATS servers with `JetStream` that they share, nats://HOST:PORT, or tls://HOST:PORT; several as for listen' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l node -d 'What this server is called among them, the same at each start: letters, digits, \'-\', \'_\' and \'.\'' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-name -d 'Which cluster it is, where NATS has several: letters, digits, \'-\' and \'_\'' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-advertise -d 'Where clients of the other nodes find this one, HOST:PORT; several as for listen [default: the addresses of listen that other machines can reach]' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-credentials -d 'A file with the user and the password for NATS, in two lines: `user NAME` and `password WORD`' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-ca -d 'The certificate authority of tls:// addresses, PEM [default: those of the system]' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-replicas -d 'On how many NATS servers the order is stored, if this node makes it: 1 to 5 [default: 3 where three or more are named, otherwise 1]' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-max-bytes -d 'How large the order may grow on NATS before it forgets what it began with, if this node makes it, such as 4G: NATS sets so much aside' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-plaintext -d 'Let the nodes talk to NATS without TLS to other machines' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-old-nats -d 'Take a NATS older than 2.10.23, which may lose everything when it is killed' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l cluster-found -d 'Found the cluster anew from what this node has, though it belonged to another order before: after a restore of a backup, under another cluster-name' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l name -d 'The server\'s name, as clients show it' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l motd-file -d 'A file with the message of the day' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l password-file -d 'A file with the password that clients must give, plain or as `chinwagd hash-password` makes it' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l tls-cert -d 'The server\'s certificate, PEM, followed by those that vouch for it [default: one the server makes itself]' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l tls-key -d 'The key of the certificate, PEM' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l tls-next-cert -d 'The certificate that is served next, PEM: clients are told its key and accept it without an alarm later' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-users -d 'The most users at once; the next one is refused' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-per-address -d 'The most connections from one address, or of one user over the Unix socket, loopback exempt; everybody behind one router has the same' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l proxy-from -d 'Proxies that say for whom they connect, by the PROXY protocol: an address, ADDRESS/BITS, or unix:USER for a user over the Unix socket, who may open it then; several as for listen. Their connections must begin with the header' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l pace -d 'How fast one may talk: so many messages at once, then so many a second' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l pace-each -d 'People and bots with another pace, by uid, such as `#17=100/50, #23=off`; `ctl whois NAME` says the uid' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l keep-days -d 'Let go of events after so many days; 0 keeps them for ever' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l keep-events -d 'Let a room keep so many events; 0 keeps all of them' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l keep-rooms -d 'Rooms that keep something else, such as `dev=7d, board=500, ops=30d/1000, archive=all`: so many days, so many events, both, or everything. What is not said of a room is as keep-days and keep-events have it' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l newcomer-history -d 'How far back somebody may read in a room they are new in: all of it, so many events before they came in, or none. Moderators and admins read everything' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l log-chat -d 'Write what is said to the log, too' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l log-level -d 'How much is logged: error, warn, info, debug or trace, each with what is worse' -r -f -a "error\t'What does not work'
warn\t'What somebody should look at'
info\t'What happens: who comes and goes, who did what'
debug\t'What is of interest when something is looked for'
trace\t'Everything'"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l log-addresses -d 'Whether the log says from which addresses people come' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-rooms -d 'The most rooms with somebody in them; whoever would open another is told to join one' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-rooms-each -d 'The most rooms one person may be in, direct conversations not counted' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l new-rooms -d 'How many rooms and direct conversations one person may open: so many at once, then so many an hour' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l new-identities -d 'How many new identities one address, or one user over the Unix socket, may get: so many at once, then so many an hour; loopback exempt' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l joins-per-address -d 'How many new connections one address, or one user over the Unix socket, may open: so many at once, then so many a minute; loopback exempt, and everyone in the minute after a start' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l bytes-pace -d 'How many bytes a connection may send: so many at once, then so many a second; more are read later. Off as well when pace is' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l answer-pace -d 'How many bytes one may be answered: so many at once, then so many a second; further requests are read later. What others say is not counted. Off as well when pace is' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l wrong-guesses -d 'How many wrong passwords and keys one address, or one user over the Unix socket, may try: so many at once, then so many a minute. Over loopback, where everybody behind a proxy or tunnel is alike, tries take turns then' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l files -d 'Whether messages may bring files. Those that are there can be fetched either way' -r -f -a "on\t'It is'
off\t'It is not'"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l file-max -d 'The longest file, such as 100M, 1G or 4096; 0 takes none' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l files-total -d 'How much all files may take together; the next one is refused until some are gone' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l files-per-day -d 'How much one person may send in a day' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -s V -l version -d 'Print version'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -f -a "ctl" -d 'Operate a server on this machine'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -f -a "hash-password" -d 'Read a password from standard input and print what to write into a password file'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "status" -d 'How the server is; ends with 1 when something is wrong'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "cluster" -d 'The servers that are one chat with this one'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "who" -d 'Who is here, in a room or in all'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "rooms" -d 'Which rooms there are, and how many people are in each; direct ones are never listed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "room" -d 'Set a room up: private or open, read-only or not, its notice, its owner'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "whois" -d 'Everything about somebody, here or not, where they connect from included'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "kick" -d 'Remove somebody'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "ban" -d 'Remove somebody and keep them out'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "unban" -d 'Let somebody back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "mute" -d 'Take somebody\'s voice'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "unmute" -d 'Give it back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "bans" -d 'List the bans and mutes in force'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "role" -d 'Make somebody a member, a moderator or an admin'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "free-name" -d 'Take a name from somebody who is not here, so that somebody else can have it'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "revoke" -d 'End a secret that was stolen: whoever has it is not that person any more'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "reset" -d 'Give somebody a new secret, which is printed, to come back with; the old one ends'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "limits" -d 'List the limits of the running server, or change one until the restart or the next reload'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "announce" -d 'Tell everybody something'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "shutdown" -d 'Stop the server (of several that are one chat, all), at once or after a countdown, or call that off'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "reload" -d 'Have the server read its configuration and certificates again'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "audit" -d 'List what operators, admins and moderators did'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "export-person" -d 'Write everything the message store has of one person, as JSON lines; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "delete-person" -d 'Delete one person: everything they said, in every room, and what is known of them; the server must be stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "compact" -d 'Give the space that is free inside the message store back to the disk, while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "verify" -d 'Say whether a backup can be restored, and what of it is damaged; ends with 1 when anything is'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from status cluster who rooms room whois kick ban unban mute unmute bans role free-name revoke reset limits announce shutdown reload audit tail export backup export-person delete-person compact verify restore help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from status" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from status" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from status" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from status" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -f -a "status" -d 'How the nodes, the order and NATS are; ends with 1 when something is wrong'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -f -a "remove" -d 'Take a node out that does not come back, so that the order is no longer kept for it'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from cluster" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from who" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from who" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from who" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from who" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from who" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from rooms" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from rooms" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from rooms" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from rooms" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from rooms" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l notice -d 'What newcomers are shown; empty for nothing' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l pin -d 'The message that is pinned, by its seq; 0 for none' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l owner -d 'Whose it is: a uid such as #17 (quote the # in a shell), or the name of somebody in the room' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l private -d 'Let in only who was invited; its word is taken away'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l open -d 'Let everybody in'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l read-only -d 'Let only its owner and moderators speak'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l writable -d 'Let everybody speak'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from room" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from whois" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from whois" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from whois" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from whois" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from whois" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -l reason -d 'Why; the person is told' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from kick" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l for -d 'For so long, such as 30m, 2h or 7d; without it, until it is lifted' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l reason -d 'Why; the person is told' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l address -d 'Keep out whoever connects from their address, too'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from ban" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unban" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unban" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unban" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unban" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unban" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l for -d 'For so long, such as 30m, 2h or 7d; without it, until it is lifted' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l reason -d 'Why; the person is told' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from mute" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unmute" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unmute" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unmute" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unmute" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from unmute" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from bans" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from bans" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from bans" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from bans" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from bans" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from role" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from role" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from role" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from role" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from role" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from free-name" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from free-name" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from free-name" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from free-name" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from free-name" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from revoke" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from revoke" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from revoke" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from revoke" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reset" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reset" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reset" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reset" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from limits" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from limits" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from limits" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from limits" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from limits" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from announce" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from announce" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from announce" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from announce" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from announce" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l in -d 'After so long, counted down for everybody, such as 30s or 5m' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l reason -d 'Why; the person is told' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l restart -d 'Come back at once: clients are told to wait, and the server starts again, by the service manager if there is one'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l cancel -d 'Call a countdown off'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from shutdown" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reload" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reload" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reload" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reload" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from reload" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -s n -l lines -d 'The last so many acts' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from audit" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -s n -l lines -d 'So many lines of the past first' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to this file instead of standard output' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l text -d 'Lines for people instead of JSON lines'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l keep -d 'Name the copy by the time, verify all of it, and let the newest N in the directory stay' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l force -d 'Replace the file if it is there: a regular file, outside the state directory'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export-person" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export-person" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export-person" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export-person" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export-person" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -l yes -d 'Do not ask'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from delete-person" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -l offline -d 'Write the whole file anew; the server must be stopped, and the disk must have room for what is in use of the file'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from compact" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from verify" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from verify" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from verify" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from verify" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l socket -d 'The server\'s socket [default: /run/chinwagd/chinwagd.sock, or the one in the state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l timeout -d 'How long to wait for the server\'s answer' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "status" -d 'How the server is; ends with 1 when something is wrong'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "cluster" -d 'The servers that are one chat with this one'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "who" -d 'Who is here, in a room or in all'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "rooms" -d 'Which rooms there are, and how many people are in each; direct ones are never listed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "room" -d 'Set a room up: private or open, read-only or not, its notice, its owner'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "whois" -d 'Everything about somebody, here or not, where they connect from included'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "kick" -d 'Remove somebody'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "ban" -d 'Remove somebody and keep them out'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "unban" -d 'Let somebody back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "mute" -d 'Take somebody\'s voice'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "unmute" -d 'Give it back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "bans" -d 'List the bans and mutes in force'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "role" -d 'Make somebody a member, a moderator or an admin'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "free-name" -d 'Take a name from somebody who is not here, so that somebody else can have it'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "revoke" -d 'End a secret that was stolen: whoever has it is not that person any more'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "reset" -d 'Give somebody a new secret, which is printed, to come back with; the old one ends'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "limits" -d 'List the limits of the running server, or change one until the restart or the next reload'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "announce" -d 'Tell everybody something'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "shutdown" -d 'Stop the server (of several that are one chat, all), at once or after a countdown, or call that off'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "reload" -d 'Have the server read its configuration and certificates again'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "audit" -d 'List what operators, admins and moderators did'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "export-person" -d 'Write everything the message store has of one person, as JSON lines; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "delete-person" -d 'Delete one person: everything they said, in every room, and what is known of them; the server must be stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "compact" -d 'Give the space that is free inside the message store back to the disk, while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Say whether a backup can be restored, and what of it is damaged; ends with 1 when anything is'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand hash-password" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and not __fish_seen_subcommand_from ctl hash-password help" -f -a "ctl" -d 'Operate a server on this machine'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and not __fish_seen_subcommand_from ctl hash-password help" -f -a "hash-password" -d 'Read a password from standard input and print what to write into a password file'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and not __fish_seen_subcommand_from ctl hash-password help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "status" -d 'How the server is; ends with 1 when something is wrong'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "cluster" -d 'The servers that are one chat with this one'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "who" -d 'Who is here, in a room or in all'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "rooms" -d 'Which rooms there are, and how many people are in each; direct ones are never listed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "room" -d 'Set a room up: private or open, read-only or not, its notice, its owner'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "whois" -d 'Everything about somebody, here or not, where they connect from included'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "kick" -d 'Remove somebody'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "ban" -d 'Remove somebody and keep them out'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "unban" -d 'Let somebody back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "mute" -d 'Take somebody\'s voice'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "unmute" -d 'Give it back'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "bans" -d 'List the bans and mutes in force'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "role" -d 'Make somebody a member, a moderator or an admin'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "free-name" -d 'Take a name from somebody who is not here, so that somebody else can have it'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "revoke" -d 'End a secret that was stolen: whoever has it is not that person any more'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "reset" -d 'Give somebody a new secret, which is printed, to come back with; the old one ends'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "limits" -d 'List the limits of the running server, or change one until the restart or the next reload'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "announce" -d 'Tell everybody something'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "shutdown" -d 'Stop the server (of several that are one chat, all), at once or after a countdown, or call that off'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "reload" -d 'Have the server read its configuration and certificates again'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "audit" -d 'List what operators, admins and moderators did'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "export-person" -d 'Write everything the message store has of one person, as JSON lines; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "delete-person" -d 'Delete one person: everything they said, in every room, and what is known of them; the server must be stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "compact" -d 'Give the space that is free inside the message store back to the disk, while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "verify" -d 'Say whether a backup can be restored, and what of it is damaged; ends with 1 when anything is'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
