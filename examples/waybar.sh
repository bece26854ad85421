#!/bin/sh
# A custom module of waybar: how many notifications are unread, and whether it is quiet.
# docs/watch.md says how to set it up.
hark watch --json | sed -un '
s/^{"event":"state",.*"quiet":true,.*"unread":\([0-9]*\),.*/{"text":"\1","alt":"quiet","class":"quiet","tooltip":"quiet, \1 unread"}/p
t
s/^{"event":"state",.*"unread":0,.*/{"text":"0","alt":"read","class":"read","tooltip":"nothing unread"}/p
t
s/^{"event":"state",.*"unread":\([0-9]*\),.*/{"text":"\1","alt":"unread","class":"unread","tooltip":"\1 unread"}/p
t
s/^{"event":"disconnected".*/{"text":"","alt":"gone","class":"gone","tooltip":"no harkd"}/p
'
