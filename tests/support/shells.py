"""Real shells that are asked what they complete: each starts once and answers many questions."""
import os
import pty
import subprocess

BASH = r"""
for script; do source "$script"; done
while IFS= read -r line; do
  read -ra words <<<"${line// / }"
  if [[ $line == *' ' ]]; then words+=(""); fi
  # As readline does: '=' and ':' are words of their own.
  COMP_WORDS=()
  for word in "${words[@]}"; do
    while [[ $word == *=* ]]; do
      [[ -n ${word%%=*} ]] && COMP_WORDS+=("${word%%=*}")
      COMP_WORDS+=("=") word=${word#*=}
      [[ -z $word ]] && break
    done
    if [[ -n $word || ${#COMP_WORDS[@]} -eq 0 || ${COMP_WORDS[-1]} != = ]]; then COMP_WORDS+=("$word"); fi
  done
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  "_${words[0]}"
  for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done
  echo "--end--"
done
"""

ZSH = r"""
fpath=($PP_FOLDER $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
  # Those that only look, for a function that adds later.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- $hits >>$PP_ANSWERS
  builtin compadd "$@"
}
_capture() { _main_complete; print -r -- --end-- >>$PP_ANSWERS; compstate[insert]= compstate[list]= ; }
zle -C capture complete-word _capture
bindkey '^T' capture
unsetopt beep
print -r -- --end-- >>$PP_ANSWERS
"""


class Shell:
    """`complete(word, ...)` gives what is offered for the last word."""
    name = ""

    def __init__(self, tools, folder):
        self.tools, self.folder = tools, folder
        self.scripts = folder / ".scripts"
        self.scripts.mkdir()
        self.env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "dumb", "HOME": str(folder), "ASAN_OPTIONS": "detect_leaks=0"}
        for tool, path in tools.items():
            done = subprocess.run([path, "--completion", self.name], capture_output=True, check=True, timeout=60)
            (self.scripts / self.file_name(tool)).write_bytes(done.stdout)

    def file_name(self, tool):
        return tool

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.end()

    def start(self):
        pass

    def end(self):
        pass

    def answers(self, stream):
        out = []
        for line in stream:
            if line.rstrip("\n") == "--end--":
                return out
            out.append(line.rstrip("\n"))
        raise AssertionError(f"{self.name} ended after {out}")


class Bash(Shell):
    name = "bash"

    def start(self):
        self.process = subprocess.Popen(["bash", "--norc", "-c", BASH, "bash", *(str(self.scripts / t) for t in self.tools)], env=self.env,
                                        cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()

    def complete(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.answers(self.process.stdout)


class Fish(Shell):
    name = "fish"

    def file_name(self, tool):
        return tool + ".fish"

    def start(self):
        script = "".join(f"source {self.scripts / self.file_name(t)}\n" for t in self.tools)
        script += "while read --line line\n  complete -C \"$line\"\n  echo -- --end--\nend\n"
        env = {**self.env, "XDG_CONFIG_HOME": str(self.scripts), "XDG_DATA_HOME": str(self.scripts)}
        self.process = subprocess.Popen(["fish", "--no-config", "-c", script], env=env, cwd=self.folder, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()

    def complete(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        found = [line.split("\t")[0] for line in self.answers(self.process.stdout)]
        # fish gives the whole word back.
        start = words[-1]
        return [word[len(start):] if start.endswith("=") and word.startswith(start) else word for word in found]


class Zsh(Shell):
    name = "zsh"

    def file_name(self, tool):
        return "_" + tool

    def start(self):
        self.path = str(self.scripts / "answers")
        os.mkfifo(self.path)
        (self.scripts / "start").write_text(ZSH)
        self.terminal, slave = pty.openpty()
        env = {**self.env, "PP_FOLDER": str(self.scripts), "PP_ANSWERS": self.path}
        self.process = subprocess.Popen(["zsh", "-f", "-i"], env=env, cwd=self.folder, stdin=slave, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(slave)
        # Both ends are open here, so that the reader waits between two answers.
        self.holder = os.open(self.path, os.O_RDWR)
        self.stream = open(self.path, encoding="utf-8")
        os.write(self.terminal, f"source {self.scripts / 'start'}\n".encode())
        self.answers(self.stream)

    def end(self):
        self.stream.close()
        os.close(self.holder)
        os.close(self.terminal)

    def complete(self, *words):
        os.write(self.terminal, b"\x15" + " ".join(words).encode() + b"\x14")
        return self.answers(self.stream)
