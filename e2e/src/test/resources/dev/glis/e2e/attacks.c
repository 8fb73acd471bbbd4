// Attacks on what a machine has to share. Each takes all it can get of one thing, again and again,
// until its time is over; then it writes a line of what stopped it.
//
//   attacks NAME MILLISECONDS [ADDRESS PORT]
//
// ResourceAttacksIT runs them inside functions. All processes of an attack end by themselves.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 20, MANY_PROCESSES = 16, MANY_FILES = 2000 };

static struct timespec end;
static struct timespec patience;

/** Set by attacks that go on until they have met their limit, on a busy machine beyond their time. */
static int wants_limit, met_limit;
static const char *address;
static int port;

static int past(struct timespec when) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec > when.tv_sec || (now.tv_sec == when.tv_sec && now.tv_nsec >= when.tv_nsec);
}

static int over(void) { return past(end) && (!wants_limit || met_limit || past(patience)); }

/** The limit that the last call met. */
static int limit(void) {
  met_limit = 1;
  return errno;
}

static void say(int error, long count) {
  printf("%s after %ld\n", error ? strerrorname_np(error) : "nothing", count);
  fflush(stdout);
}

/** Processes that make processes: each that is made goes on. */
static void fork_bomb(void) {
  long refused = 0, made = 0;
  int error = 0, first = getpid();
  while (!over()) {
    pid_t child = fork();
    if (child > 0) made++;
    if (child < 0) {
      error = limit();
      refused++;
      while (waitpid(-1, NULL, WNOHANG) > 0) {}
    }
  }
  if (getpid() != first) _exit(0);
  while (wait(NULL) > 0) {}
  say(error, refused + made);
}

/** The limit kills this process, which therefore says nothing. */
static void memory(void) {
  long pieces = 0;
  while (!over()) {
    char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED) break;
    memset(piece, 1, PIECE);
    pieces++;
  }
  say(errno, pieces);
}

static void disk(void) {
  static char piece[PIECE];
  int error = 0;
  long most = 0;
  while (!over()) {
    int file = open("/tmp/all", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    long pieces = 0;
    while (!over() && write(file, piece, PIECE) > 0) pieces++;
    if (!over()) error = limit();
    if (pieces > most) most = pieces;
    close(file);
    unlink("/tmp/all");
  }
  say(error, most);
}

static void inodes(void) {
  char name[64];
  int error = 0;
  long most = 0;
  mkdir("/tmp/many", 0700);
  while (!over()) {
    long made = 0;
    while (!over()) {
      snprintf(name, sizeof name, "/tmp/many/%ld", made);
      int file = open(name, O_WRONLY | O_CREAT, 0600);
      if (file < 0) {
        error = limit();
        break;
      }
      close(file);
      made++;
    }
    if (made > most) most = made;
    while (made-- > 0) {
      snprintf(name, sizeof name, "/tmp/many/%ld", made);
      unlink(name);
    }
  }
  rmdir("/tmp/many");
  say(error, most);
}

/** Runs a part in many processes at once; the first of them says how it went. */
static void in_many(int (*part)(long *)) {
  int children[MANY_PROCESSES - 1];
  long count = 0;
  for (int i = 0; i < MANY_PROCESSES - 1; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      part(&count);
      _exit(0);
    }
  }
  int error = part(&count);
  for (int i = 0; i < MANY_PROCESSES - 1; i++) waitpid(children[i], NULL, 0);
  say(error, count);
}

static int descriptors_part(long *most) {
  static int files[MANY_FILES];
  int error = 0;
  while (!over()) {
    int opened = 0;
    while (opened < MANY_FILES && (files[opened] = open("/dev/null", O_RDONLY)) >= 0) opened++;
    if (opened < MANY_FILES) error = limit();
    if (opened > *most) *most = opened;
    while (opened > 0) close(files[--opened]);
  }
  return error;
}

/** Lines that cannot be compressed. */
static int log_part(long *count) {
  char line[1001];
  unsigned long chance = getpid();
  while (!over()) {
    for (size_t i = 0; i < sizeof line - 1; i++) {
      chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
      line[i] = '!' + chance % 90;
    }
    line[sizeof line - 1] = '\n';
    if (write(2, line, sizeof line) < 0) return errno;
    ++*count;
  }
  return 0;
}

/** Connections that begin a request and never end it; new ones as soon as some are closed. */
static int connections_part(long *count) {
  static int sockets[MANY_FILES];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  int error = 0;
  while (!over()) {
    int opened = 0;
    while (!over() && opened < MANY_FILES) {
      int it = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      if (it < 0) {
        error = limit();
        break;
      }
      sockets[opened++] = it;
      connect(it, (struct sockaddr *)&to, sizeof to);
      send(it, "GET /2018-06-01/runtime/invocation/n", 36, MSG_NOSIGNAL);
      ++*count;
    }
    while (opened > 0) close(sockets[--opened]);
  }
  return error;
}

static int cpu_part(long *count) {
  while (!over()) ++*count;
  return 0;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

/** Says how many cores it had. */
static void cpu(double wall_seconds) {
  struct rusage own, children;
  int children_left = 0;
  for (int i = 1; i < MANY_PROCESSES; i++, children_left++) {
    if (fork() == 0) {
      long count = 0;
      _exit(cpu_part(&count));
    }
  }
  long count = 0;
  cpu_part(&count);
  while (children_left-- > 0) wait(NULL);
  getrusage(RUSAGE_SELF, &own);
  getrusage(RUSAGE_CHILDREN, &children);
  double used = seconds(own.ru_utime) + seconds(own.ru_stime) + seconds(children.ru_utime) + seconds(children.ru_stime);
  printf("cores %.2f\n", used / wall_seconds);
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  clock_gettime(CLOCK_MONOTONIC, &end);
  long milliseconds = atol(argv[2]);
  end.tv_sec += milliseconds / 1000;
  end.tv_nsec += milliseconds % 1000 * 1000000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec++;
    end.tv_nsec -= 1000000000;
  }
  patience = end;
  patience.tv_sec += 50;
  address = argc > 4 ? argv[3] : "127.0.0.1";
  port = argc > 4 ? atoi(argv[4]) : 9001;
  const char *name = argv[1];
  wants_limit = strcmp(name, "log") && strcmp(name, "cpu");
  if (!strcmp(name, "forks")) fork_bomb();
  else if (!strcmp(name, "memory")) memory();
  else if (!strcmp(name, "disk")) disk();
  else if (!strcmp(name, "inodes")) inodes();
  else if (!strcmp(name, "descriptors")) in_many(descriptors_part);
  else if (!strcmp(name, "log")) in_many(log_part);
  else if (!strcmp(name, "connections")) in_many(connections_part);
  else if (!strcmp(name, "cpu")) cpu(milliseconds / 1000.0);
  else return 2;
  return 0;
}
