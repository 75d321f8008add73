# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_chinwag_global_optspecs
    string join \n name= link= host allow-plaintext ssh= tls= plain json listen wait= timeout= long-lines= control-chars= slash= one-message to= send= as= caption= downloads= password-file= admin-key-file= secret-file= mouse= escape-wait= ambiguous-width= config= lang= log= h/help V/version
end

function __fish_chinwag_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_chinwag_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_chinwag_using_subcommand
    set -l cmd (__fish_chinwag_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c chinwag -n "__fish_chinwag_needs_command" -l name -d 'What to be called; without it the server picks a name, and the same one next time. Another name than that of a client that runs here already is another person; the same, or none, is a further window of the same person' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l link -d 'Be who showed this code with /link on another machine; who you were here before you are again with --name' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l ssh -d 'With --host: also let people in by ssh at this address, with nothing installed, such as 0.0.0.0:7722' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l tls -d 'When to encrypt, and which servers to trust' -r -f -a "auto\t'In the clear on this machine, else as trust'
trust\t'A server is known by the key it showed the first time'
verify\t'A server is known by its name, which the system\'s authorities vouch for'
off\t'Everything in the clear; servers may refuse that'"
complete -c chinwag -n "__fish_chinwag_needs_command" -l wait -d 'With --plain or --json: how long there may be no connection at the start [default: 10]' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l timeout -d 'With --plain or --json: how long the server may leave something unanswered [default: 30; for ever with --listen or at a terminal]' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l long-lines -d 'With --plain or --json: what becomes of a line that is longer than a message may be [default: split]' -r -f -a "split\t'It goes in several messages, cut between words'
refuse\t'It is not sent, and that is told'"
complete -c chinwag -n "__fish_chinwag_needs_command" -l control-chars -d 'With --plain or --json: what becomes of a line with colours, tabs or other control characters [default: clean]' -r -f -a "clean\t'It is sent without them; tabs become spaces'
refuse\t'It is not sent, and that is told'"
complete -c chinwag -n "__fish_chinwag_needs_command" -l slash -d 'With --plain or --json: what a line from a pipe is that begins with a slash; with text every line is said as it is, as for a log [default: command]' -r -f -a "command\t'A command, or two slashes a text that begins with one'
text\t'Text, as every line'"
complete -c chinwag -n "__fish_chinwag_needs_command" -l to -d 'With --plain, --json or --send: where lines are said from the start; if one cannot get there, nothing is said' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l send -d 'Send this file to where --to says, or what stdin has with -, and end, as with --plain; several files with several --send' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l as -d 'With --send: what the file is called there [default: its own name]' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l caption -d 'With --send: what is said about the file, or the first of them' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l downloads -d 'Where /save puts files [default: the system\'s directory for downloads]' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l password-file -d 'A file with the server\'s password; with --host, the one that everybody must give' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l admin-key-file -d 'A file with the admin key; with it you become admin after joining; `CHINWAG_ADMIN_KEY_FILE` does so too' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l secret-file -d 'A file with the secret that the server\'s operator gave you: with it you are who you were, here and from then on' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l mouse -d 'Whether the wheel scrolls, and a click opens a room, a person or a message; a drag then needs Shift to select text' -r -f -a "true\t''
false\t''"
complete -c chinwag -n "__fish_chinwag_needs_command" -l escape-wait -d 'How long after an Esc the rest of a key may come, in milliseconds: 50 by itself, 150 over ssh' -r
complete -c chinwag -n "__fish_chinwag_needs_command" -l ambiguous-width -d 'How wide the terminal draws characters like ─ and …, whose width Unicode leaves open; it is asked otherwise' -r -f -a "auto\t'The terminal is asked'
narrow\t'One column'
wide\t'Two columns, as in many Chinese, Japanese and Korean setups: lines are drawn in ASCII'"
complete -c chinwag -n "__fish_chinwag_needs_command" -l config -d 'A file of lines like `name = "kim"`, with the long names of these options; without it, ~/.config/chinwag/config.toml is read if it is there' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l lang -d 'The language of the screen; the locale of the environment says it otherwise' -r -f -a "en\t''
ko\t''"
complete -c chinwag -n "__fish_chinwag_needs_command" -l log -d 'Write a log, to this file or to chinwag.log in the state directory; `CHINWAG_LOG=FILE` does so too' -r -F
complete -c chinwag -n "__fish_chinwag_needs_command" -l host -d 'Start a server in this process and join it'
complete -c chinwag -n "__fish_chinwag_needs_command" -l allow-plaintext -d 'With --host: let other machines connect without TLS'
complete -c chinwag -n "__fish_chinwag_needs_command" -l plain -d 'No full screen: read lines from stdin, write lines to stdout; the exit status says whether all was done. From a terminal, what hurts (/kick, /ban, /shutdown) asks for a yes; from a pipe it is done at once'
complete -c chinwag -n "__fish_chinwag_needs_command" -l json -d 'Like --plain, with JSON lines on stdout; stdin takes text, commands or JSON requests'
complete -c chinwag -n "__fish_chinwag_needs_command" -l listen -d 'With --plain or --json: only listen, until a signal ends it; stdin is not read'
complete -c chinwag -n "__fish_chinwag_needs_command" -l one-message -d 'With --plain or --json: all of stdin, up to its end, is one message; one that is too long goes in several, cut between lines, or not at all, as --long-lines says'
complete -c chinwag -n "__fish_chinwag_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwag -n "__fish_chinwag_needs_command" -s V -l version -d 'Print version'
complete -c chinwag -n "__fish_chinwag_needs_command" -a "ssh-door" -d 'Let people in by ssh, with nothing installed: a service beside chinwagd'
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l listen -d 'Where people come in by ssh, an IP address with a port or without; several by commas [default: 127.0.0.1:7722]' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l server -d 'The Unix socket of the server, which must trust this user; of several nodes on this machine all, with commas between, and who loses one goes on at the next: proxy-from = ["unix:USER"] in its chinwagd.toml' -r -F
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l state-dir -d 'Where the host key and what is remembered for each person\'s key are kept [default: $STATE_DIRECTORY, or ssh-door in the state directory of chinwag]' -r -F
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l host-key-file -d 'The host key, in the format of OpenSSH [default: one made at the first start, in the state directory]' -r -F
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l guests -d 'Whether people without a key may come in, as `ssh guest@HOST`, under a random name' -r -f -a "on\t'It is'
off\t'It is not'"
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l admins -d 'A file that says whose keys are admins\': lines as in authorized_keys, or fingerprints (SHA256:…). SIGHUP reads it again' -r -F
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l admin-key-file -d 'A file with the server\'s admin key, which is shown for these' -r -F
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l keys-max -d 'For how many keys it is remembered who they are; whoever comes later is somebody new each time' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l sessions-max -d 'The most sessions at once' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l sessions-per-address -d 'The most sessions at once from one address, loopback exempt' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l sessions-per-key -d 'The most sessions at once of one key' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l idle -d 'End a session after so many minutes without a key from its person; 0 never does' -r
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -l lang -d 'The language of this help' -r -f -a "en\t''
ko\t''"
complete -c chinwag -n "__fish_chinwag_using_subcommand ssh-door" -s h -l help -d 'Print help (see more with \'--help\')'
