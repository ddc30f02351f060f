# Settings, and the ways out.

settings-title = Settings
settings-you = You are { $name }, signed in as { $login }.
settings-account = Your account
settings-record = Your record
settings-app = This app
settings-out = Ways out
settings-devices = Devices
settings-devices-hint = Who is signed in as you
settings-kit = Try the recovery words
settings-kit-hint = So that the way back is certain
settings-password = Password
settings-password-hint = Change it
settings-lock = The lock of “Mine”
settings-lock-hint = Change the PIN or passphrase
settings-check = Check the record
settings-check-hint = Whether it is whole, and equal on both screens
settings-copy = Take a copy
settings-copy-hint = Everything you wrote or received
settings-pair = Invitation
settings-pair-hint = Invite your partner, or look where it stands
settings-look = Light and dark
settings-look-hint = How this device shows it
settings-about = About
settings-about-hint = What this app is, and what it cannot protect
settings-work = For those who work here
settings-practice = Your practice
settings-practice-hint = For therapists: listing, hours, visits
settings-steward = This server’s listings
settings-steward-hint = For whoever runs this server
settings-lock-now = Lock this app now
settings-sign-out = Sign out of this device
settings-sign-out-hint = Sends what’s waiting, then removes the sealed copy from this device. What’s on the server stays there.
sign-out-working = Sending what’s waiting…
sign-out-left = This couldn’t be sent and is only on this device. Signing out would lose it.
sign-out-entries = { $count ->
    [one] 1 entry for both of you
   *[other] { $count } entries for both of you
}
sign-out-private = { $count ->
    [one] 1 note or week of your own
   *[other] { $count } notes or weeks of your own
}
sign-out-answers = { $count ->
    [one] 1 answer that only this device can open
   *[other] { $count } answers that only this device can open
}
sign-out-drafts = { $count ->
    [one] 1 draft
   *[other] { $count } drafts
}
sign-out-then = Try again when you’re connected. Drafts never leave this device: send them or delete them first.
sign-out-anyway = Sign out anyway
settings-leave = Leave this space
settings-leave-hint = Alone, at any time, without a reason
settings-delete = Delete the account
settings-delete-hint = Gone for good

devices-title = Devices
devices-text = Each line is a device that is signed in as you. If you do not know one, end it and change your password. Nobody but you is told.
devices-this = This device
devices-other = Another device, { $short }
devices-since = signed in since { $date }
devices-end = End it
devices-end-others = End all others
devices-ended = It is ended.
devices-loading = Asking the server …

password-title = Change your password
password-text = Your recovery words stay the same. Another device opens with the old password until it next connects. After that it opens only with the new one.
password-old = Password until now
password-new = New password
password-button = Change it
password-working = Changing. This takes a few seconds on purpose, to slow down guessing.
password-done = Your password is changed.

look-title = Light and dark
look-device = As this device is set
look-light = Light
look-dark = Dark
look-legend = How it looks

check-title = Check the record
check-text = This reads every entry on this device again: who wrote it, whether the signatures are good, whether anything is missing.
check-button = Check now
check-working = Reading every entry …
check-whole = The record is whole.
check-wrote = { $count ->
    [one] { $name } wrote one entry.
   *[other] { $name } wrote { $count } entries.
}
check-broken = Something does not fit at entry { $place }: { $reason }.
check-broken-unknown = Something does not fit: { $reason }.
check-head-title = The same on both screens?
check-head-text = Read these words to each other. If they are the same, and the number too, both of you hold the same record.
check-head-place = { $count ->
    [one] One entry
   *[other] { $count } entries
}
check-head-none = Nothing is confirmed yet.
check-partner = { $name }’s device last confirmed all of it on { $date }.

copy-title = Take a copy
copy-text = One file with everything you wrote or received, in order, with the signatures that show it was not changed. It holds earlier versions too. It does not hold what your partner keeps as their own.
copy-mind = The file is not sealed. Whoever has it can read it. Keep it where only you look.
copy-law = It was not verified by anyone but the two of you. Laws differ; ask a lawyer or an advocate before you use it.
copy-button = Download the copy
copy-working = Putting it together …
copy-done = The copy is in your downloads.
copy-verify = Anyone can check it without us, with the command line: troth verify FILE

leave-title = Leave this space
leave-text = You leave alone and at once. { $name } is not told now; when they next open the app, it says “This space is closed.” What was written stays readable for each of you.
leave-after = Nothing new goes to you or from you. You can take a copy before or after.
leave-button = Leave now
leave-day = Leave on a day
leave-day-text = From now on, nothing you write goes out. The space looks as before, and { $name } is not told. When you open the app on that day or later, the space closes.
leave-day-label = Day
leave-day-hint = From tomorrow to 30 days ahead
leave-day-button = Leave on this day
leave-day-set = You’ll leave on { $day }. Nothing you write goes out. Only you see this.
leave-day-stay = Take it back
leave-none = There is no shared space to leave.
leave-done-title = You have left
leave-done-text = What was written stays readable here.
leave-copy = Take a copy

delete-title = Delete the account
delete-text = Your keys and everything that is yours alone are destroyed here and on the server. Backups of the server may hold sealed remains for as long as its operator keeps them; nobody can open them.
delete-shared = What you wrote into the shared record stays with the other, who received it. If you want a copy, take it first.
delete-password = Your password
delete-button = Delete it for good
delete-working = Deleting …

about-title = About
about-what = This is Troth: a place where two people rebuild trust after it broke, step by step. It is free software, and it makes no claim of effect. No trial of a programme like this exists.
about-protects = What it protects
about-protects-read = Nobody else can read what you write. It is sealed on your device; the server, its operator and its backups hold no key.
about-protects-rewrite = Neither of you can rewrite the record. If an entry is dropped, changed, or reordered, your partner’s device notices, at the latest when the next entry arrives.
about-protects-request = No request goes to anyone but this server.
about-cannot = What this page cannot protect against
about-cannot-operator = This page is loaded from the server. Whoever runs the server could change it. It protects you against others, not against the one who runs it. The command line program does not have this gap.
about-cannot-device = Someone who uses your unlocked device, or watches its screen or keyboard, sees what you see.
about-cannot-force = Someone who forces you to unlock can read what you open.
about-cannot-received = What you have shared, the other has. Leaving does not take it back.
about-cannot-seen = Whoever runs the server can see that it is used, when, and roughly how much.
about-leaving = Leaving a page quickly
about-leaving-text = “Exit this page” closes the page at once, shows one about kitchen units, and takes your keys out of memory. Shift, pressed three times within five seconds, does the same. It does not clear your browser’s history: the address of this server stays there until you remove it.
about-danger = In danger
about-danger-text = This is not for emergencies. If you are in danger, call the emergency number of your country: 112 in Europe, 999 in the United Kingdom, 911 in the United States and Canada, 000 in Australia, 111 in New Zealand.
about-version = Version { $version }
about-build = This app: { $hash }
about-build-hint = Another device that gets the same app from here shows the same mark. A page that somebody changed on purpose can show any mark.
about-build-none = A development build, without a mark.
