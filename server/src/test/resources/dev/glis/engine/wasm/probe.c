// A function that does what the first word of its event says; the tests' only program.
// clang --target=wasm32-wasi -Os -Wl,--strip-all -o probe.wasm probe.c
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *event;
static char words[64], block[1024];
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

static size_t read_event(void) {
  size_t length = 0, room = 1 << 16, count;
  event = malloc(room + 1);
  while ((count = fread(event + length, 1, room - length, stdin)))
    if ((length += count) == room) event = realloc(event, (room *= 2) + 1);
  return length;
}

// The text within a JSON string.
static void text(const char *of) {
  for (; *of; of++) {
    if ((unsigned char)*of < ' ') printf("\\u%04x", *of);
    else printf(*of == '"' || *of == '\\' ? "\\%c" : "%c", *of);
  }
}

static void environment(void) {
  putchar('"');
  for (char **each = environ; *each; each++) text(*each), text("\n");
  putchar('"');
}

static void field(const char *name, const char *variable) {
  const char *value = getenv(variable);
  printf("\"%s\":\"", name), text(value ? value : ""), printf("\",");
}

static void context(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  putchar('{');
  field("request", "AWS_LAMBDA_REQUEST_ID");
  field("arn", "AWS_LAMBDA_INVOKED_FUNCTION_ARN");
  field("trace", "_X_AMZN_TRACE_ID");
  field("client", "AWS_LAMBDA_CLIENT_CONTEXT");
  printf("\"leftMs\":%lld}", atoll(getenv("AWS_LAMBDA_DEADLINE_MS")) - now.tv_sec * 1000 - now.tv_nsec / 1000000);
}

#define HTTP(name) __attribute__((import_module("wasi_experimental_http"), import_name(#name)))
HTTP(req) int http_request(const char *url, size_t, const char *method, size_t, const char *headers, size_t, const void *body, size_t, uint16_t *status, int *handle);
HTTP(close) int http_close(int handle);
HTTP(header_get) int http_header(int handle, const char *name, size_t, char *value, size_t room, size_t *written);
HTTP(headers_get_all) int http_headers(int handle, char *values, size_t room, size_t *written);
HTTP(body_read) int http_body(int handle, void *body, size_t room, size_t *written);

// METHOD URL [BODY]: prints the status, a header, how long all headers are, and the body.
static void http(char *what) {
  static const char headers[] = "X-Colour:blue\nx-shape: round\n";
  char *method = strtok(what, " "), *url = strtok(NULL, " "), *body = strtok(NULL, ""), piece[1000];
  uint16_t status = 0;
  int handle = 0, error = http_request(url, strlen(url), method, strlen(method), headers, sizeof headers - 1, body, body ? strlen(body) : 0, &status, &handle);
  if (error) { printf("error %d", error); return; }
  size_t count = 0, all = 0;
  int small = http_header(handle, "X-Answer", 8, piece, 1, &count);
  error = http_header(handle, "X-Answer", 8, piece, sizeof piece, &count);
  printf("%d %d/%d/%.*s ", status, small, error, (int)count, piece);
  http_headers(handle, piece, sizeof piece, &all);
  printf("%d ", all > count);
  while (!http_body(handle, piece, sizeof piece, &count) && count) fwrite(piece, 1, count, stdout);
  printf(" %d%d", http_close(handle), http_close(handle));
}

int main(int argc, char **argv) {
  size_t length = read_event();
  char word[32] = "";
  long number = 0;
  memcpy(words, event + (*event == '"'), length < 63 ? length : 63);
  words[strcspn(words, "\"")] = 0;
  sscanf(words, "%31s %ld", word, &number);
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
  else if (!strcmp(word, "big")) for (long i = 0; i < number; i++) fwrite(block, 1, sizeof block, stdout);
  else if (!strcmp(word, "log")) { for (long i = 0; i < number; i++) fprintf(stderr, "line %ld\n", i); fprintf(stderr, "Fehler: grüße\nno break"); printf("logged"); }
  else if (!strcmp(word, "environment")) environment();
  else if (!strcmp(word, "context")) context();
  else if (!strcmp(word, "http")) event[length - 1] = 0, http(event + 6);
  else if (!strcmp(word, "open")) { FILE *f = fopen("/etc/passwd", "r"); printf(f ? "opened" : "refused"); }
  else if (!strcmp(word, "time")) printf("%lld", (long long)time(NULL));
  else if (!strcmp(word, "fail")) { printf("{\"errorType\":\"Own\",\"errorMessage\":\"my fault\"}"); return 1; }
  else if (!strcmp(word, "leave")) { char *p = malloc(1 << 20); strcpy(p + 777777, "secret"); printf("%lu", (unsigned long)(uintptr_t)(p + 777777)); }
  else if (!strcmp(word, "look")) { fill(2); printf("%s", strncmp((char *)(uintptr_t)number, "secret", 6) ? "nothing" : "found"); }
  else fwrite(event, 1, length, stdout);
  return 0;
}
