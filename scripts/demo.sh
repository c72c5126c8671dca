#!/usr/bin/env bash
# The main job in one go, on an invented company. `make demo-files` runs it with `handraise` and its `python` on PATH.
# DEMO is the folder everything is written to (default: demo-files).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
demo=${DEMO:-demo-files}
as_of=2026-10-01T00:00Z
files=(--leads leads.csv --accounts accounts.csv --events events.parquet)

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi
step=0
heading() { step=$((step + 1)); printf '\n%s%d. %s%s\n\n' "$bold" "$step" "$1" "$plain"; }
shown() { printf '%s$ %s%s\n' "$dim" "$1" "$plain"; }
run() { shown "$*"; "$@"; }

printf '%s\n' "Everything below is invented by a program: the company, its people, their addresses and what they bought."
mkdir -p "$demo"
cd "$demo"

heading "An example company, in the folder $demo"
shown "handraise example --out . --leads 2000 --seed 1"
handraise example --out . --leads 2000 --seed 1 | head -n 1

heading "A definition of a qualified lead, to be read and edited"
rm -f b2b-saas.yaml
run handraise init b2b-saas.yaml --template b2b-saas
run handraise check b2b-saas.yaml

heading "Score everybody as of 1 October 2026"
printf '%s' "The engine is compiled once on a machine, which takes about 20 seconds … "
started=$SECONDS
python -m handraise.engine.warm
printf 'ready after %d s.\n\n' $((SECONDS - started))
run handraise score b2b-saas.yaml "${files[@]}" --as-of "$as_of" --out scores.parquet

heading "What became of them"
python "$here/funnel.py" scores.parquet outcomes.csv

mapfile -t leads < <(python "$here/pick_leads.py" scores.parquet)
questions=("Why the newest MQL is one" "Why this one is not, and what would do" "Why this one never is")
for place in "${!leads[@]}"; do
  heading "${questions[$place]}"
  shown "handraise explain b2b-saas.yaml ${leads[$place]} … (the same files)"
  handraise explain b2b-saas.yaml "${leads[$place]}" "${files[@]}" --as-of "$as_of"
done

heading "The page that marketing and sales sign"
run handraise document b2b-saas.yaml --out b2b-saas.html

printf '\n%s%s%s\n\n' "$bold" "What to try next" "$plain"
cat <<NEXT
  export PATH="\$PWD/.venv/bin:\$PATH"
  cd $demo

  The page to sign     open b2b-saas.html in a browser, and print it
  A higher threshold   sed 's/{total: 50}/{total: 60}/' b2b-saas.yaml > stricter.yaml
                       handraise diff b2b-saas.yaml stricter.yaml
  Another lead         handraise explain b2b-saas.yaml L0000042 ${files[*]} --as-of $as_of
  Doubts from data     handraise check b2b-saas.yaml ${files[*]} --as-of $as_of

  Your own leads       docs/how-to/score-your-own-csv.md
  In 15 minutes        docs/tutorial/first-score.md
NEXT
