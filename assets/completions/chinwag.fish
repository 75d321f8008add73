complete -c chinwag -l name -d 'What to be called; without it the server picks a name, and the same one next time. Another name than that of a client that runs here already is another person; the same, or none, is a further window of the same person' -r
complete -c chinwag -l link -d 'Be who showed this code with /link on another machine; who you were here before you are again with --name' -r
complete -c chinwag -l tls -d 'When to encrypt, and which servers to trust' -r -f -a "auto\t'In the clear on this machine, else as trust'
trust\t'A server is known by the key it showed the first time'
verify\t'A server is known by its name, which the system\'s authorities vouch for'
off\t'Everything in the clear; servers may refuse that'"
complete -c chinwag -l wait -d 'With --plain or --json: how long there may be no connection at the start [default: 10]' -r
complete -c chinwag -l timeout -d 'With --plain or --json: how long the server may leave something unanswered [default: 30; for ever with --listen or at a terminal]' -r
complete -c chinwag -l long-lines -d 'With --plain or --json: what becomes of a line that is longer than a message may be [default: split]' -r -f -a "split\t'It goes in several messages, cut between words'
refuse\t'It is not sent, and that is told'"
complete -c chinwag -l control-chars -d 'With --plain or --json: what becomes of a line with colours, tabs or other control characters [default: clean]' -r -f -a "clean\t'It is sent without them; tabs become spaces'
refuse\t'It is not sent, and that is told'"
complete -c chinwag -l slash -d 'With --plain or --json: what a line from a pipe is that begins with a slash; with text every line is said as it is, as for a log [default: command]' -r -f -a "command\t'A command, or two slashes a text that begins with one'
text\t'Text, as every line'"
complete -c chinwag -l to -d 'With --plain, --json or --send: where lines are said from the start; if one cannot get there, nothing is said' -r
complete -c chinwag -l send -d 'Send this file to where --to says, or what stdin has with -, and end, as with --plain; several files with several --send' -r -F
complete -c chinwag -l as -d 'With --send: what the file is called there [default: its own name]' -r
complete -c chinwag -l caption -d 'With --send: what is said about the file, or the first of them' -r
complete -c chinwag -l downloads -d 'Where /save puts files [default: the system\'s directory for downloads]' -r -F
complete -c chinwag -l password-file -d 'A file with the server\'s password; with --host, the one that everybody must give' -r -F
complete -c chinwag -l admin-key-file -d 'A file with the admin key; with it you become admin after joining; `CHINWAG_ADMIN_KEY_FILE` does so too' -r -F
complete -c chinwag -l secret-file -d 'A file with the secret that the server\'s operator gave you: with it you are who you were, here and from then on' -r -F
complete -c chinwag -l mouse -d 'Whether the wheel scrolls, and a click opens a room, a person or a message; a drag then needs Shift to select text' -r -f -a "true\t''
false\t''"
complete -c chinwag -l escape-wait -d 'How long after an Esc the rest of a key may come, in milliseconds: 50 by itself, 150 over ssh' -r
complete -c chinwag -l ambiguous-width -d 'How wide the terminal draws characters like ─ and …, whose width Unicode leaves open; it is asked otherwise' -r -f -a "auto\t'The terminal is asked'
narrow\t'One column'
wide\t'Two columns, as in many Chinese, Japanese and Korean setups: lines are drawn in ASCII'"
complete -c chinwag -l config -d 'A file of lines like `name = "kim"`, with the long names of these options; without it, ~/.config/chinwag/config.toml is read if it is there' -r -F
complete -c chinwag -l lang -d 'The language of the screen; the locale of the environment says it otherwise' -r -f -a "en\t''
ko\t''"
complete -c chinwag -l log -d 'Write a log, to this file or to chinwag.log in the state directory; `CHINWAG_LOG=FILE` does so too' -r -F
complete -c chinwag -l host -d 'Start a server in this process and join it'
complete -c chinwag -l allow-plaintext -d 'With --host: let other machines connect without TLS'
complete -c chinwag -l plain -d 'No full screen: read lines from stdin, write lines to stdout; the exit status says whether all was done. From a terminal, what hurts (/kick, /ban, /shutdown) asks for a yes; from a pipe it is done at once'
complete -c chinwag -l json -d 'Like --plain, with JSON lines on stdout; stdin takes text, commands or JSON requests'
complete -c chinwag -l listen -d 'With --plain or --json: only listen, until a signal ends it; stdin is not read'
complete -c chinwag -l one-message -d 'With --plain or --json: all of stdin, up to its end, is one message; one that is too long goes in several, cut between lines, or not at all, as --long-lines says'
complete -c chinwag -s h -l help -d 'Print help (see more with \'--help\')'
complete -c chinwag -s V -l version -d 'Print version'
