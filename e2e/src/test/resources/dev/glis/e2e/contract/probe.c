// Does what the first word of its event says; any other event is its own answer. Takes its events
// from the Runtime API or, where there is a PORT, as an HTTP server.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct message {
  char head[1 << 16];
  char *body;
  size_t length;
};

static int calls;
static volatile int sink;
static int meeting;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t met = PTHREAD_COND_INITIALIZER;

// ---- HTTP ----

static const char *header(const struct message *of, const char *name, char *value) {
  char mark[100];
  snprintf(mark, sizeof mark, "\r\n%s:", name);
  const char *found = strcasestr(of->head, mark);
  if (!found) return strcpy(value, "");
  found += strlen(mark);
  found += strspn(found, " ");
  return memcpy(value, found, strcspn(found, "\r")), value[strcspn(found, "\r")] = 0, value;
}

static int receive(FILE *from, struct message *into) {
  size_t used = 0;
  for (;;) {
    if (!fgets(into->head + used, sizeof into->head - used, from)) return 0;
    if (!strcmp(into->head + used, "\r\n")) break;
    used += strlen(into->head + used);
  }
  char length[1 << 12];
  into->length = atol(header(into, "Content-Length", length));
  into->body = malloc(into->length + 1);
  into->body[into->length] = 0;
  return fread(into->body, 1, into->length, from) == into->length;
}

static void send_message(FILE *to, const char *first, const char *body, size_t length) {
  fprintf(to, "%s\r\nHost: probe\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", first, length);
  fwrite(body, 1, length, to);
  fflush(to);
}

// ---- What it does ----

static void text(FILE *to, const char *of) {
  for (; *of; of++) {
    if ((unsigned char)*of < ' ') fprintf(to, "\\u%04x", *of);
    else fprintf(to, *of == '"' || *of == '\\' ? "\\%c" : "%c", *of);
  }
}

static void environment(FILE *to) {
  fputc('"', to);
  for (char **each = environ; *each; each++) text(to, *each), text(to, "\n");
  fputc('"', to);
}

static void field(FILE *to, const struct message *event, const char *name, const char *ours, const char *lambdas) {
  char value[1 << 14];
  if (!*header(event, lambdas, value)) header(event, ours, value);
  fprintf(to, "\"%s\":\"", name), text(to, value), fprintf(to, "\",");
}

static void context(FILE *to, const struct message *event) {
  struct timespec now;
  char deadline[1 << 12];
  clock_gettime(CLOCK_REALTIME, &now);
  if (!*header(event, "Lambda-Runtime-Deadline-Ms", deadline)) header(event, "X-Glis-Deadline-Ms", deadline);
  fputc('{', to);
  field(to, event, "request", "X-Glis-Request-Id", "Lambda-Runtime-Aws-Request-Id");
  field(to, event, "arn", "-", "Lambda-Runtime-Invoked-Function-Arn");
  field(to, event, "trace", "X-Amzn-Trace-Id", "Lambda-Runtime-Trace-Id");
  field(to, event, "client", "-", "Lambda-Runtime-Client-Context");
  fprintf(to, "\"leftMs\":%lld}", atoll(deadline) - now.tv_sec * 1000LL - now.tv_nsec / 1000000);
}

static const char *can_write(const char *file) {
  return open(file, O_CREAT | O_WRONLY, 0600) >= 0 ? "yes" : strerrorname_np(errno);
}

static void fill(long megabytes) {
  for (long i = 0; i < megabytes; i++) {
    char *block = malloc(1 << 20);
    memset(block, 'x', 1 << 20);
    sink += block[i];
  }
}

static void meet(int number) {
  pthread_mutex_lock(&lock);
  meeting++;
  while (meeting < number) pthread_cond_wait(&met, &lock);
  pthread_cond_broadcast(&met);
  pthread_mutex_unlock(&lock);
}

// Returns whether it went well; the answer, or what went wrong, is in the stream.
static int act(const struct message *event, FILE *to) {
  char words[64] = "", word[32] = "";
  long number = 0;
  if (*event->body == '"') strncpy(words, event->body + 1, sizeof words - 1);
  words[strcspn(words, "\"")] = 0;
  sscanf(words, "%31s %ld", word, &number);
  int count = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
  if (!strcmp(word, "calls")) fprintf(to, "%d", count);
  else if (!strcmp(word, "fail")) return fprintf(to, "my fault"), 0;
  else if (!strcmp(word, "exit")) _exit((int)number);
  else if (!strcmp(word, "loop")) for (;;) sink++;
  else if (!strcmp(word, "sleep")) usleep(number * 1000), fprintf(to, "\"slept\"");
  else if (!strcmp(word, "fill")) fill(number), fprintf(to, "\"filled\"");
  else if (!strcmp(word, "big")) fprintf(to, "\"%*s\"", (int)number << 10, "");
  else if (!strcmp(word, "log")) {
    for (long i = 0; i < number; i++) dprintf(1, "line %ld\n", i);
    dprintf(2, "Fehler: grüße\n"), dprintf(1, "no break"), fprintf(to, "\"logged\"");
  }
  else if (!strcmp(word, "environment")) environment(to);
  else if (!strcmp(word, "context")) context(to, event);
  else if (!strcmp(word, "files")) fprintf(to, "{\"temporary\":\"%s\",\"code\":\"%s\"}", can_write("/tmp/new"), can_write("new"));
  else if (!strcmp(word, "meet")) meet(number), fprintf(to, "\"met\"");
  else fwrite(event->body, 1, event->length, to);
  return 1;
}

// ---- Where its events come from ----

#define API "/2018-06-01/runtime/"

static void ask_runtime_api(int port) {
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}};
  if (connect(connection, (struct sockaddr *)&to, sizeof to)) exit(2);
  FILE *api = fdopen(connection, "w"), *answers = fdopen(dup(connection), "r");
  static struct message event, answer;
  char id[1 << 12], path[1 << 13], *body;
  size_t length;
  if (getenv("FAIL_AT_START")) {
    static const char why[] = "{\"errorType\":\"Own\",\"errorMessage\":\"no start\"}";
    send_message(api, "POST " API "init/error HTTP/1.1", why, sizeof why - 1);
    exit(receive(answers, &answer));
  }
  for (;;) {
    send_message(api, "GET " API "invocation/next HTTP/1.1", "", 0);
    if (!receive(answers, &event)) exit(1);
    FILE *to = open_memstream(&body, &length);
    int well = act(&event, to);
    fclose(to);
    header(&event, "Lambda-Runtime-Aws-Request-Id", id);
    snprintf(path, sizeof path, "POST " API "invocation/%s/%s HTTP/1.1", id, well ? "response" : "error");
    if (!well) length = asprintf(&body, "{\"errorType\":\"Own\",\"errorMessage\":\"my fault\"}");
    send_message(api, path, body, length);
    if (!receive(answers, &answer)) exit(1);
    free(body), free(event.body), free(answer.body);
  }
}

static void *serve_connection(void *socket) {
  FILE *in = fdopen((int)(long)socket, "r"), *out = fdopen(dup((int)(long)socket), "w");
  struct message *event = malloc(sizeof *event);
  while (receive(in, event)) {
    char *body;
    size_t length;
    FILE *to = open_memstream(&body, &length);
    int well = act(event, to);
    fclose(to);
    send_message(out, well ? "HTTP/1.1 200 OK" : "HTTP/1.1 500 My Fault", body, length);
    free(body), free(event->body);
  }
  return fclose(in), fclose(out), free(event), NULL;
}

static void serve_http(int port) {
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = {AF_INET, htons(port), {htonl(INADDR_ANY)}};
  if (getenv("FAIL_AT_START")) exit(1);
  if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 100)) exit(2);
  for (;;) {
    pthread_t thread;
    pthread_create(&thread, NULL, serve_connection, (void *)(long)accept(listener, NULL, NULL));
  }
}

int main(void) {
  if (getenv("PORT")) serve_http(atoi(getenv("PORT")));
  ask_runtime_api(atoi(strchr(getenv("AWS_LAMBDA_RUNTIME_API"), ':') + 1));
}
