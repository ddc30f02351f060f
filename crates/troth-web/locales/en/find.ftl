# Looking for someone to talk to: the questions, what fits, and one chosen time.

find-place = Question { $number } of { $count }
find-back = Back
find-not-now = Not now
find-drop = Throw my answers away
find-show = Show who fits
find-choose = Choose …
find-any = It does not matter
find-fetching = Fetching the list …
find-fetching-title = The list
find-fetch-again = Fetch it again
find-back-first = Back to the first question

find-where-title = Where will you both be?
find-where-text = A therapist may see you only with a licence for the place where each of you is at that moment, by video too.
find-where-you = You are in
find-where-partner = Your partner is in
find-where-partner-hint = At the time of the visit. If you come alone, leave it as it is.
find-where-same = The same state
find-where-clock = The clock there
find-where-clock-hint = This state has more than one. The times you see are told on it too.
find-where-leaves = When you go on, the list for your state is fetched. The server learns which state, and that someone looks. Everything else you answer stays on your device, and nobody is asked for a name.
find-where-missing = Choose the state where you will be.

find-who-title = Who takes part?
find-who-both = Both of us
find-who-both-hint = One visit for two, in one place or in two
find-who-alone = I come alone
find-who-alone-hint = Works without anyone else
find-who-afraid = A visit for two is not advised where one is afraid of the other. A visit alone is a good beginning then.

find-how-title = How do you want to meet?
find-how-video = By video
find-how-video-hint = From wherever each of you is
find-how-person = In person
find-how-person-hint = In the therapist’s room
find-how-either = Either
find-how-missing = Choose a place to be near to.
find-near = Near
find-near-hint = The places come from the list. Where you are is not asked, and not looked up.
find-miles = At most
find-miles-10 = 10 miles away
find-miles-25 = 25 miles away
find-miles-50 = 50 miles away
find-miles-100 = 100 miles away

find-pay-title = How is it paid?
find-pay-text = You see the price, and whose record would carry it, before you decide.
find-pay-own = We pay ourselves
find-pay-own-hint = No plan is involved
find-pay-plan = With a health plan
find-pay-plan-hint = Many plans do not pay for visits of two. Where one does not, it is said.
find-pay-missing = Choose your plan, or pay yourselves.
find-plan = Your plan
find-plan-hint = The name on the card. It stays here until you hold a time.
find-most = At most for one visit
find-most-hint = Therapists with a lower price for small incomes count by that one.

find-about-title = What is it about?
find-about-text = Tick what fits, or nothing. Whoever knows at least one of these well is shown.
topic-broke = Something broke between us
topic-talking = Talking and arguing
topic-distance = Closeness and distance
topic-touch = Physical closeness
topic-go-on = Whether and how to go on
topic-habit = A habit that has taken over
topic-money = Money
topic-family = Children and family
topic-loss = Loss or illness
topic-mood = Worry, low mood, stress
topic-past = Something from long ago
topic-backgrounds = Two backgrounds or faiths

find-language-title = In which language?
find-language-text = Only therapists who work in it are shown.
find-language = Language of the visit

find-times-title = When can you come?
find-times-text = Tick when both of you can. Nothing ticked means at any time.
find-times-text-alone = Tick when you can. Nothing ticked means at any time.
part-weekday-morning = Weekday mornings
part-weekday-morning-hint = Monday to Friday, 7 to 12
part-weekday-afternoon = Weekday afternoons
part-weekday-afternoon-hint = Monday to Friday, 12 to 17
part-weekday-evening = Weekday evenings
part-weekday-evening-hint = Monday to Friday, 17 to 22
part-weekend-morning = Weekend mornings
part-weekend-morning-hint = Saturday and Sunday, 7 to 13
part-weekend-later = Weekend afternoons and evenings
part-weekend-later-hint = Saturday and Sunday, 13 to 22

find-wishes-title = Who would be good for you?
find-wishes-text = Wishes, not conditions: whoever meets them comes first. All may stay open.
find-gender = They are a
find-gender-only = Show nobody else
find-gender-only-hint = Then it is a condition.
find-age = Their age
find-approach = A way of working
find-approach-hint = If you know one. Otherwise leave it open.

find-soon-title = How soon?
find-soon-text = Only free times count, as the therapists’ calendars show them.
find-soon-days = Within two days
find-soon-week = Within a week
find-soon-any = Within two weeks

clock-own = Times are on the clock of this device ({ $clock }).
clock-there = { $time } { $clock }
clock-eastern = Eastern time
clock-central = Central time
clock-mountain = Mountain time
clock-arizona = Arizona time
clock-pacific = Pacific time
clock-alaska = Alaska time
clock-aleutian = Aleutian time
clock-hawaii = Hawaii time
clock-atlantic = Atlantic time
clock-chamorro = Guam time
clock-samoa = Samoa time

two-names = { $first } and { $second }

results-unasked-title = Nothing was asked yet
results-unasked = A few questions come first, three minutes at most. Nobody is asked for a name.
results-begin = Begin
results-title = { $count ->
    [one] One person fits
   *[other] { $count } people fit
}
results-none = Nobody fits all of it
results-change = Change the answers
results-more = Show more
results-both = Both of you
results-alone = You alone
results-video = by video
results-person = in person
results-either = by video or in person
results-taken = Someone else took { $time } with { $name } a moment ago. Nothing you typed is lost. These times are free now.

times-label = { $count ->
    [one] One free time with { $with }
   *[other] { $count } free times with { $with }
}
times-day = { $count ->
    [one] { $day }, one time
   *[other] { $day }, { $count } times
}
times-one = { $day }, { $time }, with { $with }
times-partner = { $time } for your partner
times-all = All { $count } times
times-all-with = All { $count } times with { $with }
times-hour = one hour
times-hours = { $count } hours
times-ahead = Your partner’s clock ({ $clock }) is { $hours } ahead.
times-behind = Your partner’s clock ({ $clock }) is { $hours } behind.

result-why = Why
result-not = What does not fit
result-no-times = No free time is known.
why-licensed = Licensed in { $states }
why-topics = Knows well: { $topics }
why-approach = Works with: { $approach }
why-gender = Of the gender you wished for
why-age = Of the age you wished for
why-soon = Free within a day
why-newcomer = New in this list
why-years = { $count ->
    [one] One year of practice
   *[other] { $count } years of practice
}
why-proven = Last confirmed { $date }
not-topic = Not named as known well: { $topic }
not-approach = Does not name: { $approach }
not-gender = Not of the gender you wished for, or not said
not-age = Not of the age you wished for, or not said
not-video = Not by video
not-person = Not in person
not-bookable = Cannot be booked here

relax-title = What you could let go of
relax-few = If these are too few
relax-text = Each of these alone. Your other answers stay as they are.
relax-nothing = No single answer stands in the way. Change two or more of them, or look again in a few days.
relax-plan = Pay yourselves: { $count } fit
relax-times = Any time within two weeks: { $count } fit
relax-format = By video or in person: { $count } fit
relax-distance = Twice as far away: { $count } fit
relax-about = Whatever it is about: { $count } fit
relax-language = In any language: { $count } fit
relax-gender = Anyone, not only whom you wished for: { $count } fit
relax-age = Of any age: { $count } fit
relax-fee = At any price: { $count } fit
relax-state = If both of you are in { $state } for the visit: { $count } fit
relax-other = Without one of the conditions: { $count } fit

price-fee = { $price } for { $minutes } minutes.
price-lower = From { $price } for small incomes.
price-plan = Takes { $plan }. What you pay with it is shown when you choose a time.

slot-none-title = No time is chosen
slot-none = Choose one from the list of those who fit.
slot-none-list = Show who fits
slot-with = With { $name }
slot-facts-video = { $minutes } minutes, by video
slot-facts-person = { $minutes } minutes, in person
slot-partner-clock = { $time } for your partner
slot-reading = Fetching what it costs. From here on the server learns which therapist.
slot-price = What it costs
price-quote = { $price }, signed by the practice.
price-quote-plan = With { $plan } you pay { $price }, signed by the practice.
price-covers-yes = { $plan } pays for visits of two, the practice says.
price-covers-no = { $plan } does not pay for visits of two. You would pay yourselves.
price-covers-unknown = Whether { $plan } pays for visits of two is not known to the practice. Ask the plan before you count on it.
price-record = Whose record
price-record-billed = When a visit is billed to a plan, a diagnosis stands in the record of the one person whose plan it is. It stays there for years, and others may ask for it.
price-record-nobody = Nothing is billed to a plan. No plan’s record carries a diagnosis.
price-own = If you pay yourselves: { $price }. Then no plan’s record carries a diagnosis.
price-none = The practice has signed no price for this visit. The list says { $price }. Ask before you count on it.
price-until = Good until { $date }.
slot-note = A note to { $name }
slot-note-hint = Optional. Sealed on this device with the key in { $name }’s listing. The server stores only the sealed note, and your partner doesn’t see it.
slot-hold = Hold this time
slot-holding = Holding the time …
slot-hold-both = It is kept for both of you for five minutes. Your partner accepts on their own device.
slot-hold-alone = It is booked at once, or asked for where the therapist answers first. The server knows a number for you, not your name.
slot-book = Book this time
slot-other = Another time
slot-wait = No time is right for you?
slot-wait-text = You can wait for a time with { $name }. When one comes free it is kept for you for two hours, and stands under Visits.
slot-wait-button = Wait for a time
slot-waiting = You are on the list of { $name }. Nothing more to do.
