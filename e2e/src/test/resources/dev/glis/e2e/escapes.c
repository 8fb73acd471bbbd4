// The escape corpus: tries, by raw system calls, everything that a function must not be able to do,
// and writes one line for each attempt: its name, a colon, and what the kernel answered ("reached"
// when the attempt succeeded). IsolationIT compares the lines with escapes.txt.
//
//   escapes try TARGETS       tries all, writes to standard output
//   escapes bait NAME         puts up things outside that attempts are aimed at, until input ends
//   escapes.so                the same, loaded into an interpreter: attempt_all(TARGETS, OUTPUT),
//                             or by being loaded at all with ESCAPES_OUTPUT and ESCAPES_TARGETS set
//
// TARGETS is a file of "name value" lines that says what there is outside: paths, ports, processes.
// Each attempt runs in a process of its own, so that none can spoil the next. None of them changes
// anything where it is allowed: the control runs the same program as root, outside of any sandbox.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- What there is outside ----

struct target { char name[32]; char value[224]; };
static struct target targets[64];
static int target_count;

static void read_targets(const char *path) {
  FILE *file = fopen(path, "r");
  target_count = 0;
  while (file && target_count < 64) {
    struct target *next = &targets[target_count];
    if (fscanf(file, "%31s %223[^\n]", next->name, next->value) != 2) break;
    target_count++;
  }
  if (file) fclose(file);
}

static const char *target(const char *name) {
  for (int i = 0; i < target_count; i++)
    if (!strcmp(targets[i].name, name)) return targets[i].value;
  return "";
}

static int number(const char *name) { return atoi(target(name)); }

// ---- What an attempt says ----

static char said[512];

static const char *error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "unknown";
}

/** For calls that answer -1 and errno. */
static const char *answer(long result) { return result >= 0 ? "reached" : error_name(errno); }

static const char *say(const char *text) {
  snprintf(said, sizeof said, "%s", text);
  return said;
}

static const char *yes_or_no(int yes, const char *if_so, const char *if_not) { return yes ? if_so : if_not; }

#define ATTEMPT(name) static const char *name(void)
#define CALL(name, expression) ATTEMPT(name) { return answer(expression); }

// ---- Rights ----

/** The first process of a status file's chain of parents that is not confined, process 1 excepted. */
static int confined(int pid) {
  char path[64], line[256];
  int filter = 0, privileges = 0, rights = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *status = fopen(path, "r");
  if (!status) return 0;
  while (fgets(line, sizeof line, status)) {
    if (!strncmp(line, "Cap", 3) && strtoull(strchr(line, ':') + 1, NULL, 16)) rights = 1;
    if (!strncmp(line, "Seccomp:", 8)) filter = atoi(line + 8) == 2;
    if (!strncmp(line, "NoNewPrivs:", 11)) privileges = atoi(line + 11);
  }
  fclose(status);
  return filter && privileges && !rights;
}

static int parent_of(int pid) {
  char path[64], line[256];
  int parent = 0;
  snprintf(path, sizeof path, "/proc/%d/status", pid);
  FILE *status = fopen(path, "r");
  while (status && fgets(line, sizeof line, status)) sscanf(line, "PPid: %d", &parent);
  if (status) fclose(status);
  return parent;
}

ATTEMPT(rights_of_ancestors) {
  for (int pid = getpid(); pid > 1; pid = parent_of(pid))
    if (!confined(pid)) return "unconfined";
  return "confined";
}

ATTEMPT(user) { return yes_or_no(getuid() && geteuid() && getgid() && getegid(), "ordinary", "root"); }
ATTEMPT(groups) { return yes_or_no(getgroups(0, NULL) == 0, "none", "some"); }
CALL(set_user, setuid(0))
CALL(set_group, setgid(0))
CALL(set_groups, syscall(SYS_setgroups, 0, NULL))
CALL(set_real_user, syscall(SYS_setresuid, 0, 0, 0))

ATTEMPT(raise_capabilities) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  memset(data, 0xff, sizeof data);
  data[1].effective = data[1].permitted = data[1].inheritable = 0x1ff;
  return answer(syscall(SYS_capset, &header, data));
}

static const char *flags_of(const char *path) {
  struct statvfs stat;
  if (statvfs(path, &stat)) return error_name(errno);
  snprintf(said, sizeof said, "%s%s%s", stat.f_flag & ST_RDONLY ? "ro " : "rw ",
           stat.f_flag & ST_NOSUID ? "nosuid " : "suid ", stat.f_flag & ST_NODEV ? "nodev" : "dev");
  return said;
}

ATTEMPT(setuid_programs_in_tmp) { return flags_of("/tmp"); }
ATTEMPT(setuid_programs_in_code) { return flags_of(target("code")); }
ATTEMPT(setuid_programs_in_root) { return flags_of("/"); }

ATTEMPT(real_time_priority) {
  struct sched_param priority = {.sched_priority = 1};
  return answer(sched_setscheduler(0, SCHED_FIFO, &priority));
}

CALL(higher_priority, setpriority(PRIO_PROCESS, 0, -20))
CALL(real_time_io, syscall(SYS_ioprio_set, 1, 0, 1 << 13))

ATTEMPT(larger_core_files) {
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  return answer(setrlimit(RLIMIT_CORE, &limit));
}

ATTEMPT(more_open_files) {
  struct rlimit limit = {1 << 19, 1 << 19};
  return answer(setrlimit(RLIMIT_NOFILE, &limit));
}

ATTEMPT(spared_when_memory_ends) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY);
  return answer(file < 0 ? -1 : write(file, "-1000", 5));
}

CALL(map_page_zero, (long)mmap(0, 4096, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0)

// ---- Mounts and namespaces ----

CALL(mount_tmpfs, syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL))
CALL(mount_bind, syscall(SYS_mount, "/", "/mnt", NULL, 4096, NULL))
CALL(mount_proc, syscall(SYS_mount, "proc", "/mnt", "proc", 0, NULL))
CALL(mount_writable, syscall(SYS_mount, NULL, "/", NULL, 32 | 4096, NULL))
CALL(mount_control_groups, syscall(SYS_mount, "none", "/mnt", "cgroup2", 0, NULL))
CALL(unmount, syscall(SYS_umount2, "/nowhere", 0))
CALL(pivot, syscall(SYS_pivot_root, ".", "."))
CALL(change_root, syscall(SYS_chroot, "/"))
CALL(open_file_system, syscall(SYS_fsopen, "tmpfs", 0))
CALL(pick_file_system, syscall(SYS_fspick, AT_FDCWD, "/", 0))
CALL(make_mount, syscall(SYS_fsmount, -1, 0, 0))
CALL(configure_file_system, syscall(SYS_fsconfig, -1, 6, NULL, NULL, 0))
CALL(copy_mount, syscall(SYS_open_tree, AT_FDCWD, "/", 1))
CALL(move_a_mount, syscall(SYS_move_mount, AT_FDCWD, "/nowhere", AT_FDCWD, "/tmp", 0))
CALL(change_mount, syscall(SYS_mount_setattr, AT_FDCWD, "/nowhere", 0, NULL, 0))
CALL(unshare_user, syscall(SYS_unshare, CLONE_NEWUSER))
CALL(unshare_mounts, syscall(SYS_unshare, CLONE_NEWNS))
CALL(unshare_network, syscall(SYS_unshare, CLONE_NEWNET))
CALL(unshare_processes, syscall(SYS_unshare, CLONE_NEWPID))
CALL(unshare_groups, syscall(SYS_unshare, CLONE_NEWCGROUP))
CALL(unshare_time, syscall(SYS_unshare, 0x80))

static const char *clone_with(long flags) {
  long pid = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  return answer(pid);
}

ATTEMPT(clone_user) { return clone_with(CLONE_NEWUSER); }
ATTEMPT(clone_mounts) { return clone_with(CLONE_NEWNS); }
ATTEMPT(clone_network) { return clone_with(CLONE_NEWNET); }
ATTEMPT(clone_all) { return clone_with(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET); }

ATTEMPT(clone3_user) {
  uint64_t arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
  long pid = syscall(SYS_clone3, arguments, sizeof arguments);
  if (pid == 0) _exit(0);
  if (pid > 0) waitpid((pid_t)pid, NULL, 0);
  return answer(pid);
}

ATTEMPT(enter_namespace) {
  int space = open("/proc/self/ns/mnt", O_RDONLY);
  return answer(syscall(SYS_setns, space, 0));
}

CALL(see_namespaces_of_first, readlink("/proc/1/ns/net", said, sizeof said))

// ---- Other processes ----

CALL(signal_first, kill(1, 0))
CALL(signal_outside, kill(number("process"), 0))

ATTEMPT(signal_by_descriptor) {
  int process = (int)syscall(SYS_pidfd_open, 1, 0);
  return answer(process < 0 ? -1 : syscall(SYS_pidfd_send_signal, process, 0, NULL, 0));
}

CALL(trace_parent, syscall(SYS_ptrace, 0x4206, getppid(), 0, 0)) // SEIZE, which stops nobody
CALL(trace_me, syscall(SYS_ptrace, 0, 0, 0, 0))
CALL(limits_of_first, prlimit(1, RLIMIT_NOFILE, NULL, &(struct rlimit){0}))

ATTEMPT(read_memory_of_another) {
  struct iovec here = {said, 8}, there = {said, 8};
  return answer(process_vm_readv(getpid(), &here, 1, &there, 1, 0));
}

ATTEMPT(write_memory_of_another) {
  struct iovec here = {said, 8}, there = {said, 8};
  return answer(process_vm_writev(getpid(), &here, 1, &there, 1, 0));
}

CALL(compare_processes, syscall(SYS_kcmp, getpid(), getpid(), 0, 1, 1))

ATTEMPT(take_descriptor) {
  int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
  return answer(syscall(SYS_pidfd_getfd, process, 1, 0));
}

CALL(memory_of_first, open("/proc/1/mem", O_RDONLY))
CALL(root_of_first, open("/proc/1/root/", O_RDONLY))
CALL(files_of_first, open("/proc/1/fd", O_RDONLY | O_DIRECTORY))
CALL(environment_of_first, open("/proc/1/environ", O_RDONLY))

/** Whether any process that can be seen has the bait's secret in its environment. */
ATTEMPT(environment_outside) {
  static char text[65536];
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; processes && (entry = readdir(processes));) {
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
    int file = open(path, O_RDONLY);
    ssize_t length = file < 0 ? 0 : read(file, text, sizeof text);
    if (file >= 0) close(file);
    if (length > 0 && memmem(text, (size_t)length, target("secret"), strlen(target("secret")))) return "seen";
  }
  return "not seen";
}

/** Descriptors that lead out of what a sandbox has. */
ATTEMPT(inherited_descriptors) {
  static const char *own[] = {"/var/", "/usr/", "/opt/", "/tmp/", "/dev/", "/app/", "/proc", "pipe:", "socket:", "anon_inode:", "/memfd:"};
  for (int fd = 0; fd < 1024; fd++) {
    char path[64], link[256] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (readlink(path, link, sizeof link - 1) < 0) continue;
    int known = 0;
    for (unsigned i = 0; i < sizeof own / sizeof *own; i++) known |= !strncmp(link, own[i], strlen(own[i]));
    if (!known) return say(link);
  }
  return "none";
}

// ---- The kernel ----

CALL(io_uring, syscall(SYS_io_uring_setup, 1, calloc(1, 256)))
CALL(io_uring_enter, syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0))
CALL(bpf_map, syscall(SYS_bpf, 0, (uint32_t[32]){2, 4, 4, 1}, 72))
CALL(user_faults, syscall(SYS_userfaultfd, 0))
CALL(watch_files, syscall(SYS_fanotify_init, 0, 0))
CALL(secret_memory, syscall(SYS_memfd_secret, 0))
CALL(add_key, syscall(SYS_add_key, "user", "escape", "x", 1, -2))
CALL(request_key, syscall(SYS_request_key, "user", "escape-none", NULL, 0))
CALL(control_keys, syscall(SYS_keyctl, 0, -3, 1))
CALL(name_file_handle, syscall(SYS_name_to_handle_at, AT_FDCWD, "/", calloc(1, 256), said, 0))
CALL(open_file_handle, syscall(SYS_open_by_handle_at, AT_FDCWD, calloc(1, 256), 0))
CALL(load_module, syscall(SYS_init_module, "", 0, ""))
CALL(load_module_file, syscall(SYS_finit_module, -1, "", 0))
CALL(unload_module, syscall(SYS_delete_module, "escape-none", O_NONBLOCK))
CALL(load_kernel, syscall(SYS_kexec_load, 0, 17, NULL, 0))
CALL(load_kernel_file, syscall(SYS_kexec_file_load, -1, -1, 0, NULL, 0))
CALL(restart_machine, syscall(SYS_reboot, 0, 0, 0, NULL))
CALL(swap_on, syscall(SYS_swapon, "/nowhere", 0))
CALL(swap_off, syscall(SYS_swapoff, "/nowhere"))
CALL(account_processes, syscall(SYS_acct, "/nowhere"))
CALL(set_quota, syscall(SYS_quotactl, 0x800007 << 8, "/nowhere", 0, NULL))
CALL(set_time, syscall(SYS_settimeofday, &(struct timeval){0, -1}, NULL))
CALL(set_clock, syscall(SYS_clock_settime, 0, &(struct timespec){0, -1}))
CALL(adjust_clock, adjtimex(&(struct timex){0}))
CALL(set_host_name, syscall(SYS_sethostname, "escaped", 7))
CALL(set_domain_name, syscall(SYS_setdomainname, "escaped", 7))
CALL(read_kernel_log, syscall(SYS_syslog, 10, NULL, 0))
CALL(hang_up, syscall(SYS_vhangup))
CALL(move_memory, syscall(SYS_move_pages, 0, 0, NULL, NULL, NULL, 0))
CALL(place_memory, syscall(SYS_set_mempolicy, 0, NULL, 0))
CALL(personality_fixed, syscall(SYS_personality, 0x0040000))
CALL(personality_executable, syscall(SYS_personality, 0x0400000))
CALL(call_of_tomorrow, syscall(999))

ATTEMPT(performance_events) {
  struct perf_event_attr event = {.type = PERF_TYPE_SOFTWARE, .size = sizeof event};
  return answer(syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
}

#ifdef __x86_64__
CALL(raise_io_level, syscall(SYS_iopl, 3))
CALL(open_io_ports, syscall(SYS_ioperm, 0x80, 1, 1))
CALL(change_segments, syscall(SYS_modify_ldt, 0, said, sizeof said))
CALL(call_of_x32, syscall(0x40000000 | SYS_getpid))

ATTEMPT(call_of_32_bits) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  return yes_or_no(result > 0, "reached", "refused");
}
#endif

// ---- Terminals ----

static int terminal(void) {
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  int locked = 0;
  if (master >= 0) ioctl(master, TIOCSPTLCK, &locked);
  return master;
}

CALL(type_into_terminal, ioctl(terminal(), TIOCSTI, "x"))
CALL(paste_into_terminal, ioctl(terminal(), 0x541C, "\2"))
CALL(change_line_discipline, ioctl(terminal(), TIOCSETD, &(int){0}))
CALL(terminal_of_the_server, open("/dev/tty", O_RDWR))

// ---- Files ----

CALL(kernel_memory, open("/proc/kcore", O_RDONLY))
CALL(kernel_messages, open("/proc/kmsg", O_RDONLY | O_NONBLOCK))
CALL(core_pattern, open("/proc/sys/kernel/core_pattern", O_WRONLY))
CALL(module_helper, open("/proc/sys/kernel/modprobe", O_WRONLY))
CALL(panic_setting, open("/proc/sys/kernel/panic", O_WRONLY))
CALL(memory_setting, open("/proc/sys/vm/overcommit_memory", O_WRONLY))
CALL(forwarding_setting, open("/proc/sys/net/ipv4/ip_forward", O_WRONLY))
CALL(emergency_keys, open("/proc/sysrq-trigger", O_WRONLY))
CALL(interrupt_setting, open("/proc/irq/default_smp_affinity", O_WRONLY))
CALL(bus_setting, open("/proc/bus/pci/devices", O_WRONLY))
CALL(timers, open("/proc/timer_list", O_RDONLY))
CALL(slabs, open("/proc/slabinfo", O_RDONLY))
CALL(system_tree, open("/sys", O_RDONLY | O_DIRECTORY))
CALL(control_groups, open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY))
CALL(passwords, open("/etc/shadow", O_RDONLY))
CALL(home_of_root, open("/root", O_RDONLY | O_DIRECTORY))
CALL(homes, open("/home", O_RDONLY | O_DIRECTORY))
CALL(run_folder, open("/run", O_RDONLY | O_DIRECTORY))
CALL(boot_folder, open("/boot", O_RDONLY | O_DIRECTORY))
CALL(host_logs, open("/var/log", O_RDONLY | O_DIRECTORY))

ATTEMPT(groups_of_the_host) {
  char line[512];
  FILE *file = fopen("/proc/self/cgroup", "r");
  while (file && fgets(line, sizeof line, file)) {
    char *path = strrchr(line, ':');
    if (path && strcmp(path, ":/\n")) return "seen";
  }
  return "not seen";
}

static const char *write_into(const char *folder) { return answer(open(folder, O_TMPFILE | O_WRONLY, 0600)); }

ATTEMPT(write_root) { return write_into("/"); }
ATTEMPT(write_programs) { return write_into(target("programs")); }
ATTEMPT(write_configuration) { return write_into("/etc"); }
ATTEMPT(write_code) { return write_into(target("code")); }
ATTEMPT(write_devices) { return write_into("/dev"); }
ATTEMPT(write_shared_memory) { return write_into("/dev/shm"); }
CALL(write_own_program, open("/proc/self/exe", O_WRONLY))

static const char *make_node(mode_t type, int major, int minor) {
  long result = mknod("/tmp/escape-node", type | 0600, makedev(major, minor));
  if (result == 0) unlink("/tmp/escape-node");
  return answer(result);
}

ATTEMPT(make_disk) { return make_node(S_IFBLK, 254, 0); }
ATTEMPT(make_memory_device) { return make_node(S_IFCHR, 1, 1); }

/** Device files other than the harmless ones. */
ATTEMPT(devices) {
  static const char *harmless = " null zero full random urandom tty ptmx console ";
  DIR *folder = opendir("/dev");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char name[300], path[300];
    struct stat stat;
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    snprintf(name, sizeof name, " %s ", entry->d_name);
    if (lstat(path, &stat)) continue;
    if ((S_ISCHR(stat.st_mode) || S_ISBLK(stat.st_mode)) && !strstr(harmless, name)) return say(entry->d_name);
  }
  return "harmless";
}

// ---- What belongs to the server, its store and other functions ----

CALL(file_of_the_host, open(target("file"), O_RDONLY))
CALL(credentials, open(target("credentials"), O_RDONLY))
CALL(server_description, open(target("description"), O_RDONLY))
CALL(store_files, open(target("store"), O_RDONLY | O_DIRECTORY))
CALL(blobs, open(target("blobs"), O_RDONLY | O_DIRECTORY))
CALL(code_of_others, open(target("codes"), O_RDONLY | O_DIRECTORY))
CALL(server_log, open(target("log"), O_RDONLY))

static const char *connect_unix(const char *name, int abstract) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(name);
  if (length >= sizeof address.sun_path) return "name too long";
  memcpy(address.sun_path + abstract, name, length);
  int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  return answer(connect(connection, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + abstract + length)));
}

ATTEMPT(store_socket) { return connect_unix(target("socket"), 0); }
ATTEMPT(abstract_socket) { return connect_unix(target("bait"), 1); }
CALL(shared_memory, shmget(number("key"), 0, 0))

ATTEMPT(shared_memory_file) {
  char path[300];
  snprintf(path, sizeof path, "/dev/shm/%s", target("bait"));
  return answer(open(path, O_RDONLY));
}

// ---- The network ----

static const char *connect_to(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return "no address";
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  return answer(connect(connection, (struct sockaddr *)&address, sizeof address));
}

ATTEMPT(loopback_of_the_host) { return connect_to("127.0.0.1", number("port")); }
ATTEMPT(interface_of_the_server) { return connect_to("127.0.0.1", number("endpoint")); }
ATTEMPT(gateway_of_the_server) { return connect_to("127.0.0.1", number("gateway")); }
ATTEMPT(address_of_the_host) { return connect_to(target("address"), number("endpoint")); }

// Outside, these would send packets to machines that are not ours: only tried with no way out.
static int has_way_out(void) {
  FILE *routes = fopen("/proc/net/route", "r");
  char line[256];
  int lines = 0;
  while (routes && fgets(line, sizeof line, routes)) lines++;
  return lines > 1;
}

static const char *connect_far(const char *host) { return has_way_out() ? "has a way out" : connect_to(host, 80); }
ATTEMPT(metadata_of_the_cloud) { return connect_far("169.254.169.254"); }
ATTEMPT(private_address) { return connect_far("10.0.0.1"); }
ATTEMPT(public_address) { return connect_far("203.0.113.1"); }

ATTEMPT(interfaces) {
  struct if_nameindex *all = if_nameindex();
  if (!all) return error_name(errno);
  char names[256] = "";
  for (struct if_nameindex *one = all; one->if_index; one++) {
    strncat(names, *names ? " " : "", sizeof names - strlen(names) - 1);
    strncat(names, one->if_name, sizeof names - strlen(names) - 1);
  }
  return say(names);
}

ATTEMPT(sockets_of_others) {
  char line[512];
  FILE *file = fopen("/proc/net/unix", "r");
  while (file && fgets(line, sizeof line, file))
    if (strstr(line, target("bait"))) return "seen";
  return "not seen";
}

ATTEMPT(give_loopback_an_address) {
  struct ifreq request = {.ifr_name = "lo"};
  struct sockaddr_in *address = (struct sockaddr_in *)&request.ifr_addr;
  address->sin_family = AF_INET;
  inet_pton(AF_INET, "127.0.0.1", &address->sin_addr);
  return answer(ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x8916, &request));
}

CALL(mark_packets, setsockopt(socket(AF_INET, SOCK_DGRAM, 0), SOL_SOCKET, SO_MARK, &(int){1}, sizeof(int)))
CALL(raw_packets, socket(AF_PACKET, SOCK_RAW, 0))
CALL(cooked_packets, socket(AF_PACKET, SOCK_DGRAM, 0))
CALL(raw_internet, socket(AF_INET, SOCK_RAW, IPPROTO_ICMP))
CALL(raw_internet6, socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6))
CALL(ping, socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP))
CALL(packet_filter, socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER))
CALL(device_events, socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT))
CALL(generic_netlink, socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC))
CALL(socket_diagnosis, socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG))
CALL(audit, socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT))
CALL(transformation, socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM))
CALL(kernel_cryptography, socket(38, SOCK_SEQPACKET, 0))
CALL(virtual_machine_sockets, socket(40, SOCK_STREAM, 0))
CALL(key_sockets, socket(15, SOCK_RAW, 2))
CALL(express_data_path, socket(44, SOCK_RAW, 0))
CALL(cluster_sockets, socket(30, SOCK_STREAM, 0))
CALL(cluster_socket_pair, socketpair(30, SOCK_STREAM, 0, (int[2]){0, 0}))
CALL(stream_control, socket(AF_INET, SOCK_STREAM, 132))
CALL(stream_control6, socket(AF_INET6, SOCK_SEQPACKET, 132))
CALL(congestion_control, socket(AF_INET, 6, 33))
CALL(light_datagrams, socket(AF_INET, SOCK_DGRAM, 136))
CALL(multipath, socket(AF_INET, SOCK_STREAM, 262))

/** A connected pair, since only such take an upper layer. */
ATTEMPT(kernel_tls) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), connection = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
      getsockname(listener, (struct sockaddr *)&address, &length) ||
      connect(connection, (struct sockaddr *)&address, length))
    return "no connection";
  return answer(setsockopt(connection, IPPROTO_TCP, 31, "tls", 4));
}

// ---- All of them ----

struct attempt { const char *name; const char *(*run)(void); };
#define A(name) {#name, name}

static const struct attempt attempts[] = {
    A(rights_of_ancestors), A(user), A(groups), A(set_user), A(set_group), A(set_groups), A(set_real_user),
    A(raise_capabilities), A(setuid_programs_in_tmp), A(setuid_programs_in_code), A(setuid_programs_in_root),
    A(real_time_priority), A(higher_priority), A(real_time_io), A(larger_core_files), A(more_open_files),
    A(spared_when_memory_ends), A(map_page_zero), A(mount_tmpfs), A(mount_bind), A(mount_proc),
    A(mount_writable), A(mount_control_groups), A(unmount), A(pivot), A(change_root), A(open_file_system),
    A(pick_file_system), A(make_mount), A(configure_file_system), A(copy_mount), A(move_a_mount),
    A(change_mount), A(unshare_user), A(unshare_mounts), A(unshare_network), A(unshare_processes),
    A(unshare_groups), A(unshare_time), A(clone_user), A(clone_mounts), A(clone_network), A(clone_all),
    A(clone3_user), A(enter_namespace), A(see_namespaces_of_first), A(signal_first), A(signal_outside),
    A(signal_by_descriptor), A(trace_parent), A(trace_me), A(limits_of_first), A(read_memory_of_another),
    A(write_memory_of_another), A(compare_processes), A(take_descriptor), A(memory_of_first),
    A(root_of_first), A(files_of_first), A(environment_of_first), A(environment_outside),
    A(inherited_descriptors), A(io_uring), A(io_uring_enter), A(bpf_map), A(user_faults), A(watch_files),
    A(secret_memory), A(add_key), A(request_key), A(control_keys), A(name_file_handle), A(open_file_handle),
    A(load_module), A(load_module_file), A(unload_module), A(load_kernel), A(load_kernel_file),
    A(restart_machine), A(swap_on), A(swap_off), A(account_processes), A(set_quota), A(set_time),
    A(set_clock), A(adjust_clock), A(set_host_name), A(set_domain_name), A(read_kernel_log), A(hang_up),
    A(move_memory), A(place_memory), A(personality_fixed), A(personality_executable), A(call_of_tomorrow),
    A(performance_events),
#ifdef __x86_64__
    A(raise_io_level), A(open_io_ports), A(change_segments), A(call_of_x32), A(call_of_32_bits),
#endif
    A(type_into_terminal), A(paste_into_terminal), A(change_line_discipline), A(terminal_of_the_server),
    A(kernel_memory), A(kernel_messages), A(core_pattern), A(module_helper), A(panic_setting),
    A(memory_setting), A(forwarding_setting), A(emergency_keys), A(interrupt_setting), A(bus_setting),
    A(timers), A(slabs), A(system_tree), A(control_groups), A(passwords), A(home_of_root), A(homes),
    A(run_folder), A(boot_folder), A(host_logs), A(groups_of_the_host), A(write_root),
    A(write_programs), A(write_configuration), A(write_code), A(write_devices), A(write_shared_memory),
    A(write_own_program), A(make_disk), A(make_memory_device), A(devices), A(file_of_the_host),
    A(credentials), A(server_description), A(store_files), A(blobs), A(code_of_others), A(server_log),
    A(store_socket), A(abstract_socket), A(shared_memory), A(shared_memory_file), A(loopback_of_the_host),
    A(interface_of_the_server), A(gateway_of_the_server), A(address_of_the_host), A(metadata_of_the_cloud),
    A(private_address), A(public_address), A(interfaces), A(sockets_of_others), A(give_loopback_an_address),
    A(mark_packets), A(raw_packets), A(cooked_packets), A(raw_internet), A(raw_internet6), A(ping),
    A(packet_filter), A(device_events), A(generic_netlink), A(socket_diagnosis), A(audit),
    A(transformation), A(kernel_cryptography), A(virtual_machine_sockets), A(key_sockets),
    A(express_data_path), A(cluster_sockets), A(cluster_socket_pair), A(stream_control), A(stream_control6),
    A(congestion_control), A(light_datagrams), A(multipath), A(kernel_tls)};

/** In a process and a session of its own, for five seconds at most. */
static void run_apart(const struct attempt *attempt, FILE *output) {
  int ends[2], status = 0;
  char text[512] = "";
  if (pipe(ends)) return;
  pid_t child = fork();
  if (child == 0) {
    setsid();
    alarm(5);
    const char *result = attempt->run();
    ssize_t written = write(ends[1], result, strlen(result));
    _exit(written < 0);
  }
  close(ends[1]);
  ssize_t length = read(ends[0], text, sizeof text - 1);
  close(ends[0]);
  waitpid(child, &status, 0);
  if (child < 0) fprintf(output, "%s: cannot fork\n", attempt->name);
  else if (length > 0) fprintf(output, "%s: %s\n", attempt->name, text);
  else if (WIFSIGNALED(status)) fprintf(output, "%s: SIG%s\n", attempt->name, sigabbrev_np(WTERMSIG(status)));
  else fprintf(output, "%s: said nothing\n", attempt->name);
}

static void run_all(FILE *output) {
  for (unsigned i = 0; i < sizeof attempts / sizeof *attempts; i++) run_apart(&attempts[i], output);
  fflush(output);
}

int attempt_all(const char *targets_file, const char *output_file) {
  FILE *output = fopen(output_file, "w");
  if (!output) return errno;
  read_targets(targets_file);
  run_all(output);
  return fclose(output);
}

__attribute__((constructor)) static void loaded(void) {
  const char *output = getenv("ESCAPES_OUTPUT"), *file = getenv("ESCAPES_TARGETS");
  if (output && file) attempt_all(file, output);
}

/** A listener, an abstract socket and shared memory; says the listener's port and the memory's key. */
static int put_up_bait(const char *name) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_un abstract = {.sun_family = AF_UNIX};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), local = socket(AF_UNIX, SOCK_STREAM, 0);
  memcpy(abstract.sun_path + 1, name, strlen(name));
  int bad = bind(listener, (struct sockaddr *)&address, length) || listen(listener, 16) ||
            getsockname(listener, (struct sockaddr *)&address, &length) ||
            bind(local, (struct sockaddr *)&abstract, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name))) ||
            listen(local, 16);
  int key = 0x1000000 + getpid();
  int segment = shmget(key, 4096, IPC_CREAT | 0666);
  int file = shm_open(name, O_CREAT | O_RDWR, 0666);
  if (bad || segment < 0 || file < 0) return perror("bait"), 1;
  printf("%d %d\n", ntohs(address.sin_port), key);
  fflush(stdout);
  while (getchar() != EOF) continue;
  shmctl(segment, IPC_RMID, NULL);
  shm_unlink(name);
  return 0;
}

int main(int count, char **words) {
  if (count == 3 && !strcmp(words[1], "bait")) return put_up_bait(words[2]);
  if (count != 3 || strcmp(words[1], "try")) return fprintf(stderr, "escapes try TARGETS | escapes bait NAME\n"), 2;
  read_targets(words[2]);
  run_all(stdout);
  return 0;
}
