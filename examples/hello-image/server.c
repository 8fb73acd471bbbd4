/*
 * An HTTP server in a container image of nothing but this program. Build and deploy it, from this
 * folder:
 *
 *   mkdir -p app && gcc -O2 -static -o app/bootstrap server.c
 *   glis build app --name hello-image --port 8080 --output hello-image.tar
 *   glis deploy --image hello-image.tar
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void stop(int signal) {
    (void)signal;
    static const char text[] = "asked to stop\n";
    if (write(STDOUT_FILENO, text, sizeof text - 1) > 0) _exit(0);
}

static void answer(int client) {
    char request[16384], body[512], head[256];
    size_t size = 0;
    while (size < sizeof request - 1) {
        ssize_t count = read(client, request + size, sizeof request - 1 - size);
        if (count <= 0) return;
        size += (size_t)count;
        request[size] = 0;
        if (strstr(request, "\r\n\r\n")) break;
    }
    char method[16] = "", path[256] = "";
    if (sscanf(request, "%15s %255s", method, path) != 2) return;
    int length = snprintf(body, sizeof body, "Hello from an image: %s %s\n", method, path);
    int headLength = snprintf(head, sizeof head,
                              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                              "Content-Length: %d\r\nConnection: close\r\n\r\n", length);
    if (write(client, head, (size_t)headLength) < 0 || write(client, body, (size_t)length) < 0)
        perror("answer");
}

int main(void) {
    const char *port = getenv("PORT");
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(port ? port : "8080")),
                                  .sin_addr.s_addr = htonl(INADDR_ANY)};
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    signal(SIGTERM, stop);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
        perror("listen");
        return 1;
    }
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        answer(client);
        shutdown(client, SHUT_WR);
        char rest[1024];
        while (read(client, rest, sizeof rest) > 0) {}
        close(client);
    }
}
