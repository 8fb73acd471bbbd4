// A function that does what the first word of its event says; the tests' only program.
// clang --target=wasm32-wasi -Os -Wl,--strip-all -o probe.wasm probe.c
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char event[8 << 10];
static int calls;
static volatile int sink;

static int deeper(int n) { return sink < 0 ? n : deeper(n + 1) + sink; }

static void fill(long megabytes) {
  for (long i = 0; i < megabytes; i++) {
    char *block = malloc(1 << 20);
    if (!block) abort();
    memset(block, 'x', 1 << 20);
    sink += block[i];
  }
}

static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

extern char **environ;

int main(int argc, char **argv) {
  size_t length = fread(event, 1, sizeof event - 1, stdin);
  char word[32] = "";
  long number = 0;
  if (length && event[0] == '"') memmove(event, event + 1, length), event[strcspn(event, "\"")] = 0;
  sscanf(event, "%31s %ld", word, &number);
  calls++;
  if (!strcmp(word, "calls")) printf("%d", calls);
  else if (!strcmp(word, "exit")) exit((int)number);
  else if (!strcmp(word, "trap")) __builtin_trap();
  else if (!strcmp(word, "loop")) for (;;) sink++;
  else if (!strcmp(word, "sleep")) usleep((useconds_t)number * 1000), printf("slept");
  else if (!strcmp(word, "recurse")) printf("%d", deeper(0));
  else if (!strcmp(word, "fill")) fill(number), printf("filled");
  else if (!strcmp(word, "fibonacci")) printf("%d", fibonacci((int)number));
  else if (!strcmp(word, "wild")) sink = *(volatile int *)(uintptr_t)0x7ffffff0;
  else if (!strcmp(word, "big")) for (long i = 0; i < number; i++) fwrite(event, 1, 1024, stdout);
  else if (!strcmp(word, "log")) { for (long i = 0; i < number; i++) fprintf(stderr, "line %ld\n", i); fprintf(stderr, "no break"); printf("logged"); }
  else if (!strcmp(word, "environment")) for (char **e = environ; *e; e++) printf("%s\n", *e);
  else if (!strcmp(word, "open")) { FILE *f = fopen("/etc/passwd", "r"); printf(f ? "opened" : "refused"); }
  else if (!strcmp(word, "time")) printf("%lld", (long long)time(NULL));
  else if (!strcmp(word, "fail")) { printf("{\"errorType\":\"Own\",\"errorMessage\":\"my fault\"}"); return 1; }
  else if (!strcmp(word, "leave")) { char *p = malloc(1 << 20); strcpy(p + 777777, "secret"); printf("%lu", (unsigned long)(uintptr_t)(p + 777777)); }
  else if (!strcmp(word, "look")) { fill(2); printf("%s", strncmp((char *)(uintptr_t)number, "secret", 6) ? "nothing" : "found"); }
  else fwrite(event, 1, strlen(event), stdout);
  return 0;
}
