# Forms: what is wrong at a field, and what is kept.

form-wrong = Something here cannot be used yet. It is marked where it stands.
form-saving = Saving …
form-changed = Changed, and not saved yet.
form-kept = Changed, and not saved yet. What you typed is kept on this device.
form-saved = It is saved.
form-loading = Asking the server …
form-again = Try again
form-none-chosen = Nothing chosen yet
form-choose = Choose
form-choose-what = : { $what }
form-choose-one = Choose one

wrong-missing = This is needed.
wrong-long = This is longer than the place holds.
wrong-none-chosen = Choose at least one.
wrong-npi-length = An NPI has ten digits.
wrong-npi-check = This is not an NPI: its last digit does not fit the others. Look for a slip of the pen.
wrong-money = Write an amount in dollars, such as 180 or 180.50.
wrong-above-fee = The lower fee lies above the fee.
wrong-number = Write a whole number that can be meant here.
wrong-day = Write a day.
wrong-past = This day has passed.
wrong-time = Write a time of day.
wrong-backwards = This ends before it begins.
wrong-overlap = This overlaps with other hours of the same day.
wrong-twice = This stands here twice.
wrong-zone = Your browser does not know this time zone. Choose one from the list.
wrong-quarter = Visits begin and end on a quarter of an hour.
wrong-place = Visits in person need a place.
wrong-zip = This is not in the list of ZIP codes. A box at a post office has no place of its own: write the ZIP code of the street.
wrong-refused = The server could not use this.
