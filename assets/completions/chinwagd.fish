# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_chinwagd_global_optspecs
    string join \n config= check-config= listen= allow-plaintext= state-dir= sync= max-rooms= max-rooms-each= new-rooms= name= motd-file= password-file= max-users= max-per-address= pace= keep-days= keep-events= log-chat= h/help V/version
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
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l listen -d 'Where to listen: HOST:PORT, or HOST for port 7667' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l allow-plaintext -d 'Listen without encryption on an address other machines can reach' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l state-dir -d 'Where messages, identities and the admin key are kept [default: `$STATE_DIRECTORY`, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l sync -d 'What an acknowledged message survives: normal, the end of the server; full, power loss as well' -r -f -a "normal\t'The operating system has it: survives the end of this process'
full\t'The disk has it: survives power loss, as far as the disk keeps its word'"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-rooms -d 'The most rooms with somebody in them; whoever would open another is told to join one' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-rooms-each -d 'The most rooms one person may be in, direct conversations not counted' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l new-rooms -d 'How many rooms and direct conversations one person may open: so many at once, then so many an hour' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l name -d 'The server\'s name, as clients show it' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l motd-file -d 'A file with the message of the day' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l password-file -d 'A file with the password that clients must give' -r -F
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-users -d 'The most users at once; the next one is refused' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l max-per-address -d 'The most connections from one address, loopback exempt' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l pace -d 'How fast one may talk: so many messages at once, then so many a second' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l keep-days -d 'Let go of events after so many days; 0 keeps them for ever' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l keep-events -d 'Let a room keep so many events; 0 keeps all of them' -r
complete -c chinwagd -n "__fish_chinwagd_needs_command" -l log-chat -d 'Write what is said to the log, too' -r -f -a "true\t''
false\t''"
complete -c chinwagd -n "__fish_chinwagd_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -s V -l version -d 'Print version'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -f -a "ctl" -d 'Operate a server on this machine'
complete -c chinwagd -n "__fish_chinwagd_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and not __fish_seen_subcommand_from tail export backup restore help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -s n -l lines -d 'So many lines of the past first' -r
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from tail" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to this file instead of standard output' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l text -d 'Lines for people instead of JSON lines'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l force -d 'Replace the file if it is there'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l state-dir -d 'The server\'s state directory [default: `$STATE_DIRECTORY`, /var/lib/chinwagd if a store is there, or `chinwagd` in the XDG state directory]' -r -F
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -l json -d 'Answer in JSON: one object, or one a line'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand ctl; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and not __fish_seen_subcommand_from ctl help" -f -a "ctl" -d 'Operate a server on this machine'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and not __fish_seen_subcommand_from ctl help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "tail" -d 'Follow what is said in rooms, whether the server runs or not; direct messages are never shown'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "export" -d 'Write everything that happened in a room to a file or a pipe; a running server is not disturbed'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "backup" -d 'Copy the message store to a file while people chat'
complete -c chinwagd -n "__fish_chinwagd_using_subcommand help; and __fish_seen_subcommand_from ctl" -f -a "restore" -d 'Put a backup in the place of the message store of a server that is stopped'
