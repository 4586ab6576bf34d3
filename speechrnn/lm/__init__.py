"""Language models made from text: n-grams counted and smoothed, recurrent networks trained."""
