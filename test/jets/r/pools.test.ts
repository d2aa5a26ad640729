import { expect, test } from 'vitest';
import { itemKey } from '../../../src/core/state/key.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { StateDesk } from '../../../src/jets/state-desk.ts';
import { describeWithR } from '../../languages.ts';
import { begunJet } from './started-jet.ts';

/** What there is to store, by name; the names are as odd as the values. */
const VALUES = `
library(fastscore)
pool <- Pool("p")
values <- list(
  number = 2, int = 3L, flag = TRUE, text = "\\u00e9 \\"", missing = NA, no_int = NA_integer_, no_text = NA_character_, nan = NaN, infinite = -Inf,
  raw = as.raw(1:3), complex = 1+2i, named = c(a = 1), vector = c(1, 2.5), ints = 1:3, texts = c("a", "b"), matrix = matrix(1:4, 2),
  list = list(x = list(1, "a", NULL), y = 2:3), empty = list(), factor = factor("b"), date = as.Date("2020-01-02"), frame = data.frame(a = 1:2),
  large = 2^60, zero = -0
)
names <- c(names(values), "z\\u00fcrich", "", " ", ".", "NA", "item 1 p x", "\\U1F40E")
values[setdiff(seq_along(names), seq_along(values))] <- list(1)
names(values) <- names
# Looked up by its place: "" is no name for R.
differing <- function() names[!mapply(function(name, value) identical(Get(pool, name), value), names, values)]
`;

async function twoJets(source: string) {
  const store = new StateStore();
  const desk = new StateDesk({ store, onRestoredOverwritten: () => {} });
  const first = await begunJet(source, { store, desk });
  return { store, desk, first, second: () => begunJet(source, { store, desk, joining: true }) };
}

describeWithR('a pool that an R jet has as a whole', () => {
  test('keeps values of all kinds under names of all kinds: in the jet, in the engine and for the next jet', async () => {
    const model = `${VALUES}
action <- function(x) {
  if (x == "set") for (i in seq_along(names)) Set(pool, names[i], values[[i]])
  if (x == "twice") for (name in names) Update(pool, name, function(v) if (is.numeric(v) && length(v) == 1) unname(v * 2) else v)
  emit(as.list(differing()))
}`;
    const { desk, store, first, second } = await twoJets(model);
    expect((await first.run(['"set"', '"get"'])).slots[1]).toEqual(['[]', '[]']);
    expect(desk.standing(itemKey('p', 'number')).lentTo).not.toBeNull();
    const other = await second();
    expect((await other.run(['"get"'])).slots[1]).toEqual(['[]']);
    const changed = JSON.parse((await other.run(['"twice"'])).slots[1]?.[0] ?? '');
    expect(changed).toEqual([
      'number',
      'int',
      'no_int',
      'named',
      'large',
      'zürich',
      '',
      ' ',
      '.',
      'NA',
      'item 1 p x',
      '🐎',
    ]);
    expect(JSON.parse((await first.run(['"get"'])).slots[1]?.[0] ?? '')).toEqual(changed);
    expect(store.get(itemKey('p', 'zürich'))?.value).toEqual({ json: '2', native: null });
    expect(store.get(itemKey('p', ''))?.value).toEqual({ json: '2', native: null });
  });

  test('gives copies, keeps the old value when an update fails, and refuses stores inside of one', async () => {
    const model = `
library(fastscore)
pool <- Pool("p")
action <- function(x) {
  e <- new.env()
  e$v <- 1
  Set(pool, "e", e)
  Set(pool, "deep", list(1, list(structure(1, at = e))))
  e$v <- 2
  stopifnot(attr(Get(pool, "deep")[[2]][[1]], "at")$v == 1)
  got <- Get(pool, "e")
  stopifnot(got$v == 1)
  got$v <- 3
  stopifnot(Get(pool, "e")$v == 1, Update(pool, "e", function(v) { v$v <- v$v + 1; v })$v == 2, Get(pool, "e")$v == 2)
  Set(pool, "n", 1)
  stopifnot(inherits(try(Update(pool, "n", function(v) stop("no")), silent = TRUE), "try-error"), Get(pool, "n") == 1)
  refused <- try(Update(pool, "n", function(v) { Set(pool, "n", 5); 6 }), silent = TRUE)
  stopifnot(grepl("inside of an update", refused), Get(pool, "n") == 1)
  stopifnot(Update(pool, "n", function(v) v + Get(pool, "n")) == 2, Add(pool, "n", 3) == 5, Add(pool, "new") == 1)
  Set(pool, "i", .Machine$integer.max)
  stopifnot(identical(suppressWarnings(Update(pool, "i", function(v) v + 1L)), NA_integer_), identical(Get(pool, "i"), NA_integer_))
  stopifnot(is.null(Get(pool, "none")), !Has(pool, "none"), is.null(Update(pool, "null", function(v) NULL)), Has(pool, "null"))
  stopifnot(Init(pool, "n", 9) == 5, Init(pool, "first", 9) == 9, is.null(Init(pool, "null", 1)))
  stopifnot(identical(Keys(pool), c("deep", "e", "first", "i", "n", "new", "null")), Delete(pool, "n"), !Has(pool, "n"), is.null(Get(pool, "n")))
  stopifnot(!Delete(pool, "n"), Add(pool, "n", 2) == 2, Len(pool) == 7)
  emit("ok")
}`;
    const { store, first } = await twoJets(model);
    expect((await first.run(['1'])).slots[1]).toEqual(['"ok"']);
    expect(store.get(itemKey('p', 'n'))?.value.json).toBe('2');
    expect(store.get(itemKey('p', 'null'))?.value).toEqual({ json: 'null', native: null });
  });
});
