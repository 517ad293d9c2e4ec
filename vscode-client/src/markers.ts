/** A line that starts a cell of a script, as VS Code, Jupytext, nbconvert and Databricks write them. */
const MARKER = /^(?:[ \t]*#[ \t]*%%|# ?In ?\[[0-9 ]*\]|# <codecell>$|# COMMAND -{4,}|\s*# Databricks notebook source\s*$)/m;

/** Returns whether a Python text has cells. */
export function hasCells(text: string): boolean {
  return MARKER.test(text);
}
