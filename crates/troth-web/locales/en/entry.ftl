# Before and around the account: welcome, making one, signing in.

welcome-title = A quiet room, a table, paper
welcome-lead = Two people write here, step by step and at their own pace, after something between them broke. What you write is sealed on your own device. Nobody else can read it, and neither of you can rewrite it.
welcome-begin = Begin
welcome-have = I have an account
welcome-before = Before you begin
welcome-not-therapy = This is not therapy, and it is not for emergencies.
welcome-not-afraid = It is not for two people where one is afraid of the other.
welcome-watched = If your device may be watched, use another one.
welcome-no-claim = No trial of a programme like this exists. It does not promise that trust returns, or that you stay together.
welcome-age = It is for people of 18 and older.
welcome-more = What this page can and cannot protect
welcome-find-title = A therapist first
welcome-find-text = You can look for one, and book a time, without an account and without a name.
welcome-find = Find a therapist
welcome-leave-title = Leaving quickly
welcome-leave-text = “Exit this page” is at the top of every page. Or press Shift three times. A page about kitchen units appears, and your keys leave this tab. Your browser’s history still shows that this address was visited; only you can clear it.

host-title = Who runs this server?
host-text = The server is { $server }. Nobody who runs it can read what you write. But whoever runs it can see that it is used, can switch it off, and could change the page your browser loads.
host-neutral = Someone who is neither of us
host-neutral-hint = A clinic, a friend of both, a hosting service
host-me = I do
host-partner = My partner does
host-unsure = I am not sure
host-neutral-answer = That is the best footing. They hold sealed pages and no key.
host-me-answer = You can see that your partner uses it, never what they write. Tell your partner that you run it. Better for both: someone who is neither of you.
host-partner-answer = Then your partner could change the page that your browser loads, and see when you use it. Better: ask a clinic, a friend of both, or a hosting service to run it. If saying that does not feel safe, use another device and another server, or none.
host-unsure-answer = Find out before you write what must stay yours. If your partner may be the one who runs it, choose a server run by someone else.
host-anyway = Continue

start-title = Make your account
start-text = Takes about four minutes: an account, a page of words to keep, and one try with them.
start-name = Your name
start-name-hint = As your partner calls you. Only the two of you see it.
start-login = Login
start-login-hint = An email address or any name. It is never used to write to you.
start-password = Password
start-password-hint = Never leaves this device. Four or five unrelated words are strong and easy to keep.
start-show = Show the password
start-strength-short = Short. It can be guessed.
start-strength-fair = Fair. A few more letters or one more word help.
start-strength-good = Strong.
start-button = Make my account
start-working = Making your keys on this device. This takes a few seconds on purpose, to slow down guessing.

kit-title = Your recovery kit
kit-text = If you forget your password or lose this device, this page is the only way back. Nobody can reset it for you: not the server, not us. Without password and kit, everything you wrote is gone for good.
kit-login = Login
kit-code = Device code
kit-code-hint = Asked once, with your password, on a new device.
kit-words = Your 24 words
kit-words-hint = They open your account without the password. Keep them where only you look.
kit-server = Server
kit-made = Written { $date }
kit-print = Print
kit-download = Download as text
kit-copy = Copy
kit-copied = Copied. Paste it where only you look, and copy something else afterwards.
kit-copy-failed = The browser did not allow copying. Print it, or write the words by hand.
kit-next = I have kept it
kit-file-note = Keep this page where only you look. The 24 words open the account without the password.

rehearse-title = Try it once
rehearse-text = Type the 24 words from the page you kept. Then you know that it works, on the day you need it.
rehearse-words = Your 24 words
rehearse-hint = With spaces between them. Capital letters do not matter.
rehearse-count = { $count ->
    [one] One word
   *[other] { $count } words
}
rehearse-button = Open with my words
rehearse-back = Show me the kit again
rehearse-working = Trying the words …
rehearse-done-title = It opens
rehearse-done-text = If you lose your password or your devices, these words get you back into your account. Put the page away now.

lock-title = A lock for what is yours alone
lock-text = “Mine” holds what nobody else sees: your notes and your weekly signs. It has a lock of its own, apart from your password, and closes by itself after five minutes.
lock-force = Someone who forces you to open it can read what you open.
lock-first = PIN or passphrase
lock-first-hint = At least six characters, and not your password.
lock-new = New lock
lock-again = Once more
lock-unequal = The two are not the same yet.
lock-short = A little longer: at least six characters.
lock-button = Set this lock
lock-working = Setting the lock …
lock-later = Later

sign-in-title = Sign in
sign-in-text = On a device where you have not been before, you need your password and the device code from your recovery kit.
sign-in-text-here = Use your password and your device code. Everything on this device stays, and what’s waiting is sent.
sign-in-login = Login
sign-in-password = Password
sign-in-code = Device code
sign-in-code-hint = 26 letters and digits from your kit. Gaps and small letters are fine.
sign-in-button = Sign in
sign-in-working = Signing in. This takes a few seconds on purpose, to slow down guessing.
sign-in-lost = I have lost my password or device code
sign-in-new = Make a new account

sign-again-title = Sign in again
sign-again-text = This device was signed out. Everything you wrote is still here, and what’s waiting is sent once you’re back in.
sign-again-hint = If you changed it on another device, use the new one.
sign-again-code = I have a new device code

recover-title = Get back in
recover-text = Your 24 words open your account and let you set a new password. Another device opens with the old password until it next connects. After that it opens only with the new one.
recover-login = Login
recover-words = Your 24 words
recover-password = New password
recover-button = Open my account
recover-working = Opening with your words …
recover-kit-text = Your account is open. The device code is new: keep this page instead of the old one.
