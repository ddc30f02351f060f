# Today: the one thing that waits next.

today-else = { $count ->
    [one] One other thing is open
   *[other] { $count } other things are open
}
today-minutes = { $count ->
    [one] About a minute.
   *[other] About { $count } minutes.
}
today-kit-title = Try your recovery words
today-kit-text = So that you know the way back works before you need it.
today-kit-do = Try them
today-invite-title = Invite your partner
today-invite-text = You can write on your own, under Mine and Trust. What the two of you write begins with an invitation.
today-invite-do = Make an invitation
today-wait-title = Your invitation is out
today-wait-text = Nobody has answered yet. Nothing is late.
today-wait-do = Show the invitation
today-declined-title = The answer is “not now”
today-declined-text = It says nothing more than that. Under Mine and Trust you can go on alone.
today-declined-do = Look at it
today-joining-title = You said yes
today-joining-text = The other device completes it when it is next opened. Nothing is late.
today-joining-do = Look
today-words-title = Six words to say aloud
today-words-text = By voice, in one room or by phone. They show that nobody stands between you.
today-words-do = See the words
today-question-title = A question waits for you
today-question-do = Answer it
today-letter-title = { $name } wrote to you
today-letter-text = An acknowledgment. Read it when you have a quiet moment. You can answer, or not.
today-letter-do = Read it
today-mark-mine = You said: { $text }
today-mark-mine-text = It was due { $date }. How did it go, from where you stand?
today-mark-theirs = { $name } said: { $text }
today-mark-theirs-text = It was due { $date }. How did you see it?
today-mark-do = Mark it
today-opened-title = Your answers are open
today-opened-do = Read both
today-week-title = Ten signs, once a week
today-week-text = How this week felt to you. It stays yours unless you show it.
today-week-do = Rate this week
today-ahead-title = { $text }
today-ahead-text = You said so for { $date }. If the plan changes, say it before then: that keeps your word.
today-ahead-do = Look at it
today-held-title = A time is held for you both
today-held-text = { $time } with { $name }. It is kept until { $until }.
today-held-do = Look at it
today-visits = Visits
today-find = Find a therapist
today-rest-title = Nothing waits
today-rest-text = What is written is kept. When you want to go on, a question to each other is a good next step.
today-rest-do = Ask something together
today-closed-title = This space is closed
today-closed-text = What was written stays readable here. You can take a copy at any time.
today-closed-do = Read it

notice-device = A device signed in to your account on { $date }. If it was not you, end it under Settings, Devices, and change your password.
notice-revoked = A device was signed out for good on { $date }.
notice-restored = { $count ->
    [one] The server was set back to an older copy. This device sent it one entry it no longer had.
   *[other] The server was set back to an older copy. This device sent it { $count } entries it no longer had.
}
notice-not-back = The server was set back to an older copy, and entry { $place } isn't back. Your copy of it is kept here. You'll find it in your record, and in any copy you take. You can go on writing.
notice-not-back-elsewhere = The server was set back to an older copy. Another device of yours had seen the record up to entry { $place }, and it isn't back as it was. Open Troth on that device.
notice-clock = The clock of this device and the clock of the server are days apart. Set the clock of this device, so that due times are right.
notice-key = This device was copied, or set back to an older state. It took a new key by itself.
notice-asked = Another account, signed with the key of your device { $short }, asked for your place in this space and was refused. If that wasn’t you, sign that device out under Settings, Devices.
notice-asked-here = Another account, signed with the key of this device, asked for your place in this space and was refused. If that wasn’t you, someone may have a copy of this device’s keys. Sign in on another device, and sign this one out there.
notice-other = Something about your account changed. Look under Settings, Devices.
notice-away = Put away
