// Answers {"name":"Ada"} with {"message":"Hello Ada"}: the event comes on standard input, the answer
// goes to standard output, and what is printed to standard error is the log.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 4096

// The text of the event's "name", without judging JSON; a real function would use a library.
static void name_of(const char *event, char *name, size_t size) {
  const char *at = strstr(event, "\"name\"");
  const char *begin = at ? strchr(at + 6, '"') : NULL;
  const char *end = begin ? strchr(begin + 1, '"') : NULL;
  size_t length = end ? (size_t)(end - begin - 1) : 0;
  snprintf(name, size, "%.*s", (int)length, length ? begin + 1 : "");
}

int main(void) {
  char event[MOST], name[256];
  event[fread(event, 1, MOST - 1, stdin)] = 0;
  name_of(event, name, sizeof name);
  fprintf(stderr, "request %s\n", getenv("AWS_LAMBDA_REQUEST_ID"));
  printf("{\"message\":\"Hello %s\"}", name[0] ? name : "world");
  return 0;
}
