#!/usr/bin/env bash
# The main job in one go, on an invented company. `make demo` runs it with `handraise` on PATH.
# DEMO is the folder everything is written to (default: demo).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
demo=${DEMO:-demo}
as_of=2026-10-01T00:00Z
saas=$demo/b2b-saas.yaml
files=(--leads "$demo/leads.csv" --accounts "$demo/accounts.csv" --events "$demo/events.parquet")

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
heading() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }
run() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; "$@"; }

printf '%s\n' "Everything below is invented by a program: the company, its people, their addresses and what they bought."
mkdir -p "$demo"

heading "1. An example company with 2,000 leads"
run handraise example --out "$demo" --leads 2000 --seed 1

heading "2. A definition of a qualified lead, to be read and edited"
rm -f "$saas"
run handraise init "$saas" --template b2b-saas
run handraise check "$saas"

heading "3. Score everybody as of 1 October 2026"
printf '%s' "The engine is compiled once on a machine, which takes about 20 seconds … "
started=$SECONDS
python -m handraise.engine.warm
printf 'ready after %d s.\n\n' $((SECONDS - started))
run handraise score "$saas" "${files[@]}" --as-of "$as_of" --out "$demo/scores.parquet"

heading "4. What became of them"
python "$here/funnel.py" "$demo/scores.parquet" "$demo/outcomes.csv"

mapfile -t leads < <(python "$here/pick_leads.py" "$demo/scores.parquet")
reasons=("Why the newest MQL is one" "Why this one is not, and what would do" "Why this one never is")
for place in "${!leads[@]}"; do
  heading "$((5 + place)). ${reasons[$place]}"
  run handraise explain "$saas" "${leads[$place]}" "${files[@]}" --as-of "$as_of"
done

heading "$((5 + ${#leads[@]})). The page that marketing and sales sign"
run handraise document "$saas" --out "$demo/b2b-saas.html"

heading "What to try next"
cat <<NEXT
  Put handraise on your path:     export PATH="\$PWD/.venv/bin:\$PATH"
  Read the page:                  open $demo/b2b-saas.html in a browser
  Raise the bar and see it said:  sed 's/total: 50}/total: 60}/' $saas > $demo/stricter.yaml
                                  handraise diff $saas $demo/stricter.yaml
  Explain another lead:           handraise explain $saas L0000042 \\
                                    --leads $demo/leads.csv --accounts $demo/accounts.csv \\
                                    --events $demo/events.parquet --as-of $as_of
  Score your own leads:           docs/how-to/score-your-own-csv.md
  Learn it in 15 minutes:         docs/tutorial/first-score.md
NEXT
