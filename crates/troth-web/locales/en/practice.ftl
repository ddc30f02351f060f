# A therapist's own pages.

practice-back = Your practice
practice-no-listing = There is no listing yet. It comes first; everything else belongs to it.
practice-write-listing = Write your listing
practice-video = By video
practice-in-person = In person
practice-couples = For two
practice-individual = For one
practice-video-inside = by video
practice-in-person-inside = in person
practice-couples-inside = for two
practice-individual-inside = for one
practice-visit-line = { $minutes } minutes, { $format }, { $service }

practice-begin-title = Your practice
practice-begin-text = A listing lets people find you by what you do, and book a time you really have.
practice-begin-one = You write the listing. Whoever runs this server compares it with the public registers before anybody sees it.
practice-begin-two = People look for you on their own device. You learn nothing about them until they book or join your waitlist.
practice-begin-three = What they tell you with a booking is sealed with the key in your listing. The server stores only the sealed note.
practice-begin-minutes = About ten minutes. You can stop at any place; what you typed is kept.

practice-need-listing = Your listing needs one more thing
practice-need-listing-text = An NPI, a language, a kind of visit, or a place for visits in person is still missing.
practice-need-licence = Add a licence
practice-need-licence-text = Your listing is shown only to people in the places where you may see them.
practice-need-plans = Say who pays
practice-need-plans-text = Plans you take, or people who pay themselves. Without either, nobody finds you.
practice-need-prices = Say what a visit costs
practice-need-prices-text = People see the price before they decide, and you sign it.
practice-need-hours = Say when you work
practice-need-hours-text = From your hours follow the times that people can book.
practice-go-on = Go on

practice-submit-title = Your listing is complete
practice-submit-text = Whoever runs this server looks at it next: whether name, NPI and licences fit together.
practice-submit = Have it looked at
practice-look = Look at it first
practice-pending-title = Your listing is being looked at
practice-pending-text = Nothing is late. You can change everything meanwhile.
practice-refused-title = Your listing was not taken in
practice-refused-text = This is the reason that was given. Change what it names, then send it again.
practice-requests-title = { $count ->
    [one] One request waits for you
   *[other] { $count } requests wait for you
}
practice-requests-text = The first one waits until { $until }. After that it ends by itself.
practice-requests-do = Answer
practice-rest-title = Nothing waits
practice-rest-text = Your listing stands, and people can book.
practice-fading-title = Is this still true?
practice-fading-text = For a while nothing has shown that your listing is true. Soon it leaves the results. One tap keeps it there.
practice-stale-title = Your listing is out of the results
practice-stale-text = Nothing has shown for too long that it is true. Look at it; one tap brings it back.

practice-next = Next visits
practice-open-visits = { $count ->
    [one] One past visit: say how it went
   *[other] { $count } past visits: say how they went
}
practice-proof = How well it is known to be true
practice-proof-never = Nothing has shown yet that your listing is true.
practice-proof-since = Last shown to be true on { $date }.
practice-proof-until = It stays in the results until { $date }.
practice-proof-hint = A visit that is booked or kept, a calendar that is read, or your own word shows it. Requests that end unanswered shorten it.
practice-confirm = Everything is still true
practice-confirmed = Thank you. It is noted.

practice-listing = Your listing
practice-rest = Around your visits
practice-door-licences = None yet
practice-door-licence-ends = One ends on { $date }
practice-door-plans = Which you take, in which state and how
practice-door-prices = What a visit costs, signed by you
practice-door-hours = The usual week, and days that differ
practice-door-busy = Not read yet; taken times elsewhere are not known
practice-door-busy-read = Read, so that taken times are not offered
practice-door-preview = The card, and the times of two weeks
practice-door-waiting = Who waits for a time
practice-door-feed = Visits in your own calendar
practice-door-log = What was done in your name

listing-title = Listing
listing-text = This is what people see. Only the name, the NPI, a fee and a language are needed; the rest helps them to choose.
listing-name = Name
listing-credentials = Credentials
listing-credentials-hint = As you sign, such as LMFT or PsyD
listing-npi = NPI
listing-npi-hint = National Provider Identifier, ten digits
listing-npi-fits = The check digit fits.
listing-about = About your work
listing-about-hint = In your own words: whom you see, how a first visit goes.
listing-services = Visits
listing-formats = How
listing-fee = Fee for a visit
listing-fee-hint = In dollars
listing-sliding = Lowest fee
listing-sliding-hint = If there is a scale for small incomes
listing-accepting = New people
listing-accepting-yes = I take new people
listing-accepting-no = Not at the moment
listing-accepting-no-hint = You leave the results. Booked visits stay.
listing-booking = Booking
listing-at-once = Booked at once
listing-at-once-hint = A free time that both accept is booked.
listing-on-request = On request
listing-on-request-hint = You answer each request within 48 hours. After that it ends by itself.
listing-places = Places for visits in person
listing-places-hint = The room where people come. No street is asked or shown; how far it is, is reckoned from the middle of the ZIP code.
listing-place = Place { $number }
listing-place-add = Add a place
listing-place-away = Take this place away
listing-city = City
listing-state = State
listing-zip = ZIP code
listing-zip-hint = Five digits, of the room itself. It is looked up in a list that this server gives, and nobody else is asked.
listing-zip-known = Distances are reckoned from the middle of { $zip }.
listing-zip-kept = The spot of this place is known. Write a ZIP code only to change it.
listing-specialties = What you know well
listing-modalities = How you work
listing-languages = Languages
listing-yourself = If you want to say it
listing-yourself-hint = Some people look for it. Nothing here is needed, and leaving it empty costs you no place in the results.
listing-gender = Gender
listing-age = Age
listing-years = Years in this work
listing-years-hint = A whole number
listing-not-said = Not said
listing-save = Save the listing

licences-title = Licences
licences-text = People find you only if you are licensed where each of them will be, on the day of the visit.
licences-one = Licence { $number }
licences-state = State
licences-number = Number
licences-expires = Good until
licences-expires-hint = The last day. Visits after it are not offered.
licences-add = Add a licence
licences-away = Take this licence away
licences-save = Save the licences

plans-taken-title = Plans
plans-taken-text = One line for a plan in a state. A plan may be taken by video and not in person; say it as it is.
plans-one = Line { $number }
plans-plan = Plan
plans-state = State
plans-formats = Taken
plans-self = People pay themselves
plans-add = Add a line
plans-away = Take this line away
plans-save = Save the plans
plans-prices = Say what a visit costs
plans-known = How well each is known
plans-known-hint = A booked or kept visit shows that a plan is taken. What nothing shows fades.
plans-in = { $plan }, { $state }
plans-proven = Last shown on { $date }
plans-unproven = Not shown yet

prices-title = Prices
prices-text = People see the price before they decide. Your device signs it, and it is kept with the visit, so that it stays as it was shown.
prices-record = Where a plan is billed, a diagnosis stands in the record of the person who is billed. This is said beside the price.
prices-one = Price { $number }
prices-service = Visit
prices-state = State
prices-minutes = Minutes
prices-amount = What they pay, in dollars
prices-formats = How
prices-plan = Paid by
prices-pays = Does this plan pay for visits of two?
prices-pays-yes = Yes
prices-pays-no = No
prices-pays-unknown = I do not know
prices-record-billed = Record: that of the person who is billed.
prices-record-nobody = Record: nobody’s. Nothing is billed.
prices-until = Good until
prices-until-hint = The last day. Booked visits keep their price.
prices-add = Add a price
prices-away = Take this price away
prices-save = Sign and save the prices

hours-title = Hours
hours-text = From your week follow the times that people can book. Visits are cut out of these hours; what is taken is never offered.
hours-week = The usual week
hours-week-hint = On the clock of your practice. When clocks change, these times stay as they are written.
hours-none = No hours
hours-add = Add hours
hours-add-on = Add hours on { $day }
hours-which = { $day }, hours { $number }:
hours-from = From
hours-to = Until
hours-every = How often
hours-every-1 = Every week
hours-every-2 = Every second week
hours-every-3 = Every third week
hours-every-4 = Every fourth week
hours-anchor = A day of a week that counts
hours-away = Take away
hours-away-of = Take away { $day }, hours { $number }
hours-zone = Time zone of your practice
hours-zone-hint = People see each time on their own clock.
hours-rules = Visits
hours-usual = Usual length, in minutes
hours-step = Visits begin
hours-step-60 = On the hour
hours-step-30 = Every half hour
hours-step-15 = Every quarter of an hour
hours-before = Minutes free before
hours-after = Minutes free after
hours-notice = Shortest notice, in hours
hours-ahead = How far ahead, in days
hours-others = Offer other lengths too
hours-others-legend = Other lengths
hours-minutes = { $minutes } minutes
hours-changes = Days that differ
hours-changes-hint = Days off, and extra hours. On such a day they count instead of the usual week.
hours-change = Day { $number }
hours-change-add = Add a day
hours-change-day = Day
hours-change-kind = What differs
hours-change-off = No visits
hours-change-extra = Extra hours
hours-change-from = From
hours-change-to = Until
hours-change-away = Take away day { $number }
hours-save = Save the hours
hours-busy = Read my own calendar, so that taken times are not offered

busy-title = Own calendar
busy-text = Times that are taken in your own calendar are not offered. Only when you’re busy is stored: no title, no name, no place.
busy-how = Where it is
busy-by-address = At an address
busy-by-address-hint = It is read again and again, so this stays right.
busy-by-text = In a file
busy-by-text-hint = It is read once. After a change, bring it again.
busy-address = Address of the calendar
busy-address-hint = Begins with https and often ends in .ics. Calendars call it a secret or private address.
busy-paste = Text of the calendar
busy-paste-hint = Open the .ics file and paste all of it. It begins with BEGIN:VCALENDAR.
busy-save = Read the calendar
busy-read = The calendar was read.
busy-understood = What was understood
busy-events = { $count ->
    [0] No events that take time.
    [one] One event that takes time.
   *[other] { $count } events that take time.
}
busy-read-at = Read { $date }.
busy-failed = The last reading did not go. The times from before still count. Look whether the address is still right.
busy-troubles = What was not understood
busy-trouble = Event { $number }: { $reason }
busy-show = Show the taken times
busy-span = { $from } to { $to }
busy-rest = { $count ->
    [one] And one more.
   *[other] And { $count } more.
}
busy-away = Stop reading it
busy-away-text = Then only visits booked here are known to be taken.
busy-away-button = Stop reading the calendar
busy-gone = The calendar is no longer read.
busy-hours = Hours

preview-title = As people see it
preview-text = This is what stands in the results. People see each time on their own clock.
preview-licences = Licensed in
preview-services = Visits
preview-formats = How
preview-places = In person in
preview-fee = Fee
preview-fee-sliding = { $fee }, from { $low } for small incomes
preview-plans = Paid by
preview-plan = { $plan }, in { $state }, { $formats }
preview-specialties = Knows well
preview-modalities = Works with
preview-languages = Languages
preview-yourself = Says of themself
preview-years = { $count ->
    [one] one year in this work
   *[other] { $count } years in this work
}
preview-booking = Booking
preview-times = Times of the next two weeks
preview-count = { $count ->
    [0] No time is free. Hours, notice or taken times leave none.
    [one] One time.
   *[other] { $count } times.
}
preview-clock = On the clock of your practice, { $zone }.

requests-title = Requests
requests-text = Each waits 48 hours. One that ends unanswered makes your listing leave the results sooner.
requests-none = Nobody waits for an answer. When someone asks for a time, it stands here, with what they told you.
requests-until = Waits until { $until }
requests-states = Where they will be: { $states }
requests-price-self = { $price }, paid by themselves
requests-price-plan = { $price } with { $plan }. A diagnosis stands in the record of the person who is billed.
requests-price-no = { $price }. { $plan } does not pay for visits of two.
requests-note-first = From the one who asked
requests-note-partner = From the other one
requests-note-open = Open the note on this device
requests-accept = Accept
requests-decline = Decline
requests-decline-hint = Declining gives no reason. The time is free again.
requests-accepted = It is booked.
requests-declined = It is declined.

practice-visits-title = Visits
practice-visits-open = How did they go?
practice-visits-open-hint = What took place shows that your listing is true.
practice-visits-coming = What comes
practice-visits-none = No visit is booked. When one is, it stands here.
practice-visits-past = Past and cancelled
practice-visit-kept = It took place.
practice-visit-missed = It did not take place.
practice-visit-cancelled = It is cancelled.
practice-visit-put-in = Put in by you, over the rules.
practice-kept = It took place
practice-missed = It did not
practice-cancel = Cancel this visit
practice-cancel-text = The visit of { $time } is called off, and they are told so. The time is free again.
practice-cancel-button = Cancel the visit

overbook-title = Put a visit in
overbook-text = Outside your hours, or over another visit, if you mean it. It’s written down with your reason. No one else can do this.
overbook-clock = On the clock of your practice, { $zone }.
overbook-day = Day
overbook-time = Time
overbook-minutes = Minutes
overbook-format = How
overbook-service = For whom
overbook-why = Why
overbook-why-hint = One sentence for your own log. No names.
overbook-button = Put it in
overbook-done = The visit is put in, and it is written down.

waiting-title = Waiting list
waiting-text = When a time comes free, it is offered to the first whom it suits, and kept for them for two hours. Nobody can be moved up.
waiting-none = Nobody waits.
waiting-since = Since { $date }
waiting-any = At any time
waiting-windows = { $count ->
    [one] In one stretch of time
   *[other] In { $count } stretches of time
}
waiting-offered = A time is kept for them now.

feed-title = Your calendar
feed-text = With a secret address, your own calendar can show the visits. They’re called “Appointment,” and nothing more.
feed-mind = Whoever has the address can read when your visits are. Give it to nobody but your calendar.
feed-make = Make an address
feed-made = The address is made.
feed-address = Secret address
feed-once = It is shown once. If you lose it, make another.
feed-copy = Copy the address
feed-copied = It is copied.
feed-copy-by-hand = The browser did not copy it. Copy it from the field.
feed-end = End all addresses
feed-end-text = Calendars that read them stop showing new visits.
feed-end-button = End them
feed-ended = They are ended.

log-title = Log
log-text = Acts that somebody may ask about later, with the day on which they were done.
log-none = Nothing is written down yet.
log-more = Older entries
log-provider = Listing { $number }
log-booking = Visit { $short }
log-verified = A listing was let in
log-refused = A listing was not taken in
log-bound = A listing was tied to an account
log-overbooked = A visit was put in, over the rules
log-imported = Plans were brought in
log-granted = Somebody was made steward
