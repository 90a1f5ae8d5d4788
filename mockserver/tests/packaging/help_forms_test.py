#!/usr/bin/env python3
"""help_forms_test.py PACKAGING WORK PROGRAM...: man pages and completions say what --help does.

Man pages are read as man prints them. Completions are asked in bash, zsh and fish themselves, where those are
installed; otherwise this ends with 77, skipped.
"""
import os
import re
import shutil
import subprocess
import sys

packaging, work, *programs = sys.argv[1:]
bad = []


def output(*arguments, **more):
    return subprocess.run(arguments, check=True, capture_output=True, text=True, **more).stdout


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"[-‐−]", "-", text))


def sections(help_text):
    """The flags and the names of commands that a help text lists, and all else that it says, by line."""
    flags, commands, here, told = [], [], "", []
    lines = help_text.rstrip("\n").split("\n")
    for at, line in enumerate(lines):
        if line in ("Options:", "Subcommands:", "Positionals:"):
            here = line
        elif here and line.strip() and not line.startswith("  "):
            told += [line for line in lines[at:] if line.strip()]
            break
        elif here and line.strip():
            told.append(re.split("  +", line.strip())[-1])
            if here == "Options:" and re.match(r"  -", line):
                flags += line.split()[0].split(",")
            elif here == "Subcommands:" and re.match(r"  \S", line):
                commands.append(line.split()[0])
    return flags, commands, told


def expect(what, found, wanted):
    if sorted(set(found)) != sorted(set(wanted)):
        bad.append(f"{what}: {sorted(set(found) ^ set(wanted))} is in one of the two alone")


def bash(name, line):
    script = f"{work}/bash-completion/completions/{name}"
    typed = line + [""] if line[-1] != "--" else line
    quoted = " ".join(f"'{word}'" for word in typed)
    ask = (f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(typed) - 1}; "
           f"_{name.replace('-', '_')} {name} '{typed[-1]}' '{typed[-2]}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    return output("bash", "-c", ask).split()


def fish(name, line):
    ask = f"source {work}/fish/vendor_completions.d/{name}.fish; complete -C '{' '.join(line)}'"
    return [found.split("\t")[0] for found in output("fish", "--no-config", "-c", ask).strip().split("\n") if found]


def zsh_text(name):
    with open(f"{work}/zsh/vendor-completions/_{name}", encoding="utf-8") as opened:
        return opened.read()


missing = [shell for shell in ("bash", "zsh", "fish", "man") if not shutil.which(shell)]
if missing:
    print("not installed:", *missing)
    sys.exit(77)
shutil.rmtree(work, ignore_errors=True)
os.makedirs(work)
output("python3", f"{packaging}/help_forms", "0.0.0", work, *programs)
for program in programs:
    name = os.path.basename(program)
    flags, commands, _ = sections(output(program, "--help"))
    zsh = zsh_text(name)
    subprocess.run(["zsh", "-n", f"{work}/zsh/vendor-completions/_{name}"], check=True)
    expect(f"bash, commands and flags of {name}", bash(name, [name]), commands + flags)
    expect(f"fish, commands of {name}", [c for c in fish(name, [name, ""]) if not c.startswith("-")], commands)
    for command in [None] + commands:
        typed = [name] + ([command] if command else [])
        page = "-".join(typed)
        text = output(program, *typed[1:], "--help")
        flags, listed, told = sections(text)
        expect(f"bash, flags of {page}", [w for w in bash(name, typed) if w.startswith("-")], flags)
        expect(f"fish, flags of {page}", [w for w in fish(name, typed + ["-"])if w.startswith("--")],
               [flag for flag in flags if flag.startswith("--")])
        part = zsh
        if command:
            part = re.search(rf"^        {command}\) _arguments.*?;;$", zsh, re.M | re.S).group()
        elif commands:
            part = zsh[:zsh.index("case $state")]
        expect(f"zsh, flags of {page}", re.findall(r"^ *'(-[a-zA-Z-]+)\[", part, re.M), flags)
        rendered = words(output("man", "--local-file", f"{work}/man/man1/{page}.1",
                                env={**os.environ, "MANWIDTH": "120", "LC_ALL": "C.UTF-8"}))
        for wanted in flags + listed + told:
            if words(wanted).strip() not in rendered:
                bad.append(f"man {page} does not say: {wanted}")
        warnings = subprocess.run(["man", "--warnings", "--local-file", f"{work}/man/man1/{page}.1"], check=True,
                                  capture_output=True, text=True, env={**os.environ, "MANWIDTH": "120"}).stderr
        if warnings:
            bad.append(f"man {page}: {warnings}")
# What a value may be.
if "timock" in [os.path.basename(program) for program in programs]:
    expect("bash, --log", bash("timock", ["timock", "serve", "--log"]), ["text", "json", "off"])
    expect("fish, --log", fish("timock", ["timock", "serve", "--log", ""]), ["text", "json", "off"])
print("\n".join(bad))
sys.exit(1 if bad else 0)
