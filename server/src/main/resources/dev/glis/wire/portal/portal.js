// The one script of the portal: it sends the requests of the forms that try an API. Everything else
// works without it. What is typed into a form is read when a request is sent, and kept nowhere.
"use strict";

(() => {
    const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g,
        (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());

    const shell = (text) => "'" + text.replaceAll("'", "'\\''") + "'";

    // Of a body of which the document does not say it.
    function typeOf(text) {
        try {
            JSON.parse(text);
            return "application/json";
        } catch {
            return "text/plain";
        }
    }

    // What the form says: path and query, headers and body.
    function read(form, secret) {
        let path = form.dataset.path;
        const query = [];
        const headers = [];
        let body;
        for (const field of form.querySelectorAll("[data-in]")) {
            const name = field.dataset.name;
            const value = field.value;
            switch (field.dataset.in) {
                case "path": {
                    const greedy = name.endsWith("+");
                    const text = greedy ? value.split("/").map(encode).join("/") : encode(value);
                    path = path.replace("{" + name + "}", text || "{" + name + "}");
                    break;
                }
                case "query":
                    if (value !== "") query.push(encode(name) + "=" + encode(value));
                    break;
                case "header":
                    if (value !== "") headers.push([name, value]);
                    break;
                case "secret":
                    if (value !== "") headers.push([name, secret(value)]);
                    break;
                case "token":
                    if (value !== "") headers.push([name, "Bearer " + secret(value)]);
                    break;
                case "body":
                    if (value !== "") {
                        body = value;
                        headers.push(["Content-Type", name || typeOf(value)]);
                    }
                    break;
            }
        }
        return { target: path + (query.length ? "?" + query.join("&") : ""), headers, body };
    }

    // As a command; a secret is left for the reader to put in.
    function curl(form) {
        const { target, headers, body } = read(form, () => "SECRET");
        const method = form.dataset.method;
        const words = ["curl"];
        if (method === "HEAD") words.push("-I");
        else if (method !== "GET") words.push("-X " + method);
        words.push(shell(form.dataset.address + target.replace(/^\//, "")));
        for (const [name, value] of headers) words.push("-H " + shell(name + ": " + value));
        if (body !== undefined) words.push("-d " + shell(body));
        return words.join(" \\\n  ");
    }

    function readable(text, type) {
        if (!/[/+]json\b/.test(type)) return text;
        try {
            return JSON.stringify(JSON.parse(text), null, 2);
        } catch {
            return text;
        }
    }

    async function send(form, section) {
        const part = (name) => section.querySelector("[data-" + name + "]");
        const button = part("send");
        const begun = performance.now();
        let status;
        let lines = "";
        let shown = "";
        button.disabled = true;
        try {
            const { target, headers, body } = read(form, (value) => value);
            const answer = await fetch(form.dataset.try + target, {
                method: form.dataset.method,
                headers: [...headers, ["X-Portal-Try", "1"]],
                body,
                credentials: "omit",
                cache: "no-store",
                redirect: "manual",
                referrerPolicy: "no-referrer",
            });
            const most = 100000;
            const text = await answer.text();
            const time = Math.round(performance.now() - begun);
            status = answer.type === "opaqueredirect"
                ? "A redirect, which is not followed here. " + time + " ms"
                : answer.status + " " + answer.statusText + " · " + time + " ms";
            lines = [...answer.headers].map(([name, value]) => name + ": " + value).join("\n");
            shown = readable(text, answer.headers.get("Content-Type") || "") || "(no body)";
            if (shown.length > most) shown = shown.slice(0, most) + "\n… (cut here)";
        } catch (error) {
            status = "The request could not be sent: " + error.message;
        }
        button.disabled = false;
        part("status").textContent = status;
        part("headers").textContent = lines;
        part("body").textContent = shown;
        part("answer").hidden = false;
    }

    for (const form of document.querySelectorAll("form[data-try]")) {
        const section = form.closest("section");
        const update = () => {
            section.querySelector("[data-curl]").textContent = curl(form);
        };
        section.querySelector("[data-scriptless]").hidden = true;
        section.querySelector("[data-send]").hidden = false;
        form.addEventListener("input", update);
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            send(form, section);
        });
        update();
    }
})();
