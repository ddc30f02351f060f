# The shell: what stands on every page.

app-name = Notes
shell-skip = Skip to the page
exit-page = Exit this page
exit-one-more = Shift. Press two more times to exit this page.
exit-last = Shift. Press once more to exit this page.
exit-gone = Leaving this page.
place-list = Places
place-today = Today
place-ours = Ours
place-mine = Mine
place-trust = Trust
place-settings = Settings
place-practice = Practice
place-requests = Requests
place-visits = Visits
place-hours = Hours
place-steward = This server
place-listings = Listings
place-payers = Plans
place-ghosts = Ghosts
place-log = Log
title-ours = Shared
title-mine = Own
title-week = Week
shell-continue = Continue
shell-working = Working …
shell-starting = Opening …
shell-waiting = { $count ->
    [one] One thing is waiting to be sent. It’s sealed on this device.
   *[other] { $count } things are waiting to be sent. They’re sealed on this device.
}
shell-signed-out = This device was signed out. What you write stays here and isn’t sent.
shell-sign-in = Sign in again
shell-offline = No connection. What you write stays sealed on this device and goes out when there is one.
missing-title = Nothing is here
missing-text = This address leads nowhere. Nothing is lost.
missing-home = Go to today

unlock-title = Welcome back
unlock-text = This device holds your record, sealed. Your password opens it, with or without a connection. A password that you changed on another device needs a connection the first time.
unlock-password = Password
unlock-button = Unlock
unlock-working = Opening. This takes a few seconds on purpose, to slow down guessing.
unlock-new = I have a new password
unlock-lost = I have lost my password
unlock-other = Sign in with another account
unlock-forget-text = This removes the sealed copy from this device. What has reached the server stays there and comes back when you sign in again. Anything that wasn’t sent is lost.
unlock-forget-unsent = { $count ->
    [one] 1 entry or draft on this device wasn’t sent. Removing this copy loses it for good.
   *[other] { $count } entries or drafts on this device weren’t sent. Removing this copy loses them for good.
}
unlock-forget-button = Remove it from this device

alarm-title = Your record has stopped
alarm-lead = Something does not fit. Nothing new is read or sent until you have looked at it.
alarm-happened = What happened
alarm-safe = What is safe
alarm-safe-text = Everything checked up to this point is kept on this device. You can read it and take a copy. Nothing here has been changed.
alarm-do = What to do
alarm-place = It concerns entry { $place }.
alarm-do-talk = Tell each other, in person or by phone, before you go on. Compare the phrase under Settings, Check the record.
alarm-do-copy = Take a copy of your record. It holds the proof for a third person to check.
alarm-do-server = If someone you know runs this server, think about whether they can touch it. A clinic or a hosting service can be asked what was restored, and when.
alarm-copy-button = Take a copy
alarm-read-button = Read what is here
alarm-code = For the one who helps you: { $code }
alarm-dropped = An entry is missing that was there before the next one was written. Someone or something left it out.
alarm-doubled = The server sent one entry twice.
alarm-reordered = The server shows the record in another order than its writers saw.
alarm-rolled-back = The server shows an older state than it has shown this device before, or took nothing back after it was set back.
alarm-forked = The two of you have been shown two different records.
alarm-equivocated = The server has signed two different records for the same place.
alarm-altered = An entry, or its signature, has been changed after it was written.
alarm-strange-member = Someone is in this space whom neither of you let in.
alarm-swapped-keys = What arrived doesn’t match the invitation. Someone may be in between.
alarm-words-differ = The six words were different on the two screens. Someone may stand between you.
alarm-removal-withheld = The server held back that someone was removed.
alarm-unreadable = An entry does not open under the key you both agreed on.
alarm-strange-device = A device that is not one of yours is in your record under your name. Someone may have a copy of your keys. Under Settings, sign out all other devices. What you write waits until it is gone.
alarm-strange-key = A key that none of your devices made is in your record under your name. Someone may have a copy of your keys. Under Settings, sign out all other devices. What you write waits until it is gone.
alarm-bound-to-another = Another account has taken your place in this space. Someone may have a copy of your keys.
alarm-other = The record does not fit together, in a way this version has no words for.
