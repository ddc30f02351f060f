# Mine: what nobody else sees; and the ten signs.

mine-title = Mine
mine-locked-text = This opens with its own lock. Your password does not open it, and it does not open what is ours.
mine-pin = PIN or passphrase
mine-open = Open
mine-opening = Opening. This takes a moment on purpose.
mine-forgot = I have lost the PIN or passphrase
mine-forgot-text = Your 24 recovery words set a new one. What is inside stays.
mine-forgot-button = Set a new one
mine-lead = Only you read this. Nobody sees whether it is empty or full.
mine-unread = The server’s version of this doesn’t open here. It wasn’t replaced, and what you write stays on this device. Open Troth on your other devices before you replace it, or anything only it holds is gone.
mine-unread-replace = Replace it with this
mine-note = A note to yourself
mine-note-hint = It stays here until you set it aside.
mine-keep = Keep this note
mine-keeping = Keeping …
mine-lock = Lock now
mine-notes = Your notes
mine-empty = Nothing is here yet. What you write here stays yours, and nothing moves from here by itself.
mine-rewrite = Rewrite
mine-aside = Set aside
mine-versions = { $count ->
    [one] One earlier version is kept
   *[other] { $count } earlier versions are kept
}
mine-rewriting = You rewrite a note. The earlier words are kept.
mine-week = Your ten signs
mine-lock-change = Change this lock
lock-change-title = The lock of “Mine”
lock-changed = The new lock is set.

week-title = Ten signs, once a week
week-text = How it was for you in the week of { $date }. These are your experiences. None is a duty of anyone.
week-private = They stay yours. Nothing moves unless you share a period yourself.
week-button = Keep this week
week-working = Keeping …
week-kept = This week is kept. You can change it until it ends.
week-change = Change the ratings of this week
week-incomplete = Rate all ten, as well as you can tell.
week-scale-0 = Not at all
week-scale-1 = A little
week-scale-2 = Somewhat
week-scale-3 = Mostly
week-scale-4 = Fully
week-note = These ten signs are our own. They have not been validated by a study.
sign-less-anxiety = I feel less anxious, and I assume the worst less often.
sign-ease = Talking with each other feels easier.
sign-affection = There is more affection or openness between us.
sign-teamwork = We work as a team and decide things together.
sign-availability = We are there for each other with our feelings.
sign-safe = I feel safe, and my boundaries are respected.
sign-vulnerability = I feel comfortable showing when I am vulnerable.
sign-listening = My partner listens to my needs and feelings.
sign-commitment = We are both committed to this.
sign-view = I am open to my partner’s view in big decisions.

safety-title = For you alone
safety-text = You rated “I feel safe, and my boundaries are respected” low, or lower than before. Only you are shown this, and nothing changes for anyone because of it.
safety-fault = If you are afraid, or someone controls what you do: it is not your fault, and you do not have to manage it alone.
safety-joint = Writing together is not the right thing while you are afraid. You can stop at any time, without a reason.
safety-help = Talk to someone you trust, or to a helpline in your country. In danger, call the emergency number. If this device may be watched, use another one for that.
safety-leave = How to leave this space quietly

chart-title = Your signs
chart-text = How many of the ten felt mostly or fully so, week by week. The band shows how far the level may as well lie elsewhere.
chart-empty = After the first week a point appears here, and with more weeks a line.
chart-label = { $count ->
    [one] A chart of one week. The level is near { $last } of ten.
   *[other] A chart of { $count } weeks. The level is now near { $last } of ten, with a band from { $low } to { $high }.
}
chart-level = level
chart-table = Show as table
chart-week = Week of
chart-strong = Signs mostly or fully so
chart-band = Level, with its band
chart-missing = not rated
chart-band-words = { $middle } ({ $low } to { $high })
direction-higher = Higher than at the start, by more than the usual ups and downs.
direction-lower = Lower than at the start. Setbacks are expected; this says nothing about why.
direction-cannot = Can’t tell yet whether it goes up or down.
ordinary-words = In an ordinary week: about { $middle } of ten, may be { $low } to { $high }.
shared-title = What { $name } showed
shared-mine = What you showed
shared-none = { $name } has not shown a period. Nothing is expected.
shared-period = { $from } to { $to }
shared-weeks = { $count ->
    [one] One week was rated.
   *[other] { $count } weeks were rated.
}
shared-strong = About { $middle } of nine signs in an ordinary week, may be { $low } to { $high }.
shared-few = Too few weeks for a figure.
shared-apart = Two people, two experiences. They are not compared or added up.
week-share = Share a period

share-title = Share a period
share-text = You show a stretch of weeks, once. It is no live view: later weeks stay yours.
share-from = From
share-to = To
share-what = What moves
share-summary = A summary
share-summary-hint = How many weeks were rated, and how many of nine signs were mostly or fully so in an ordinary week. “I feel safe, and my boundaries are respected” is never part of a summary.
share-singles = Single signs
share-singles-hint = The weekly ratings of the signs you choose.
share-which = Which signs?
share-preview = Exactly this moves
share-preview-to = { $name } sees it under Trust, and it stays in the record.
share-nothing = Nothing is rated in these weeks.
share-period = Choose two days at most a year apart.
share-no-sign = Choose at least one sign.
share-button = Share exactly this
share-working = Sharing …
share-no-space = Sharing needs a shared space. There is none yet.
