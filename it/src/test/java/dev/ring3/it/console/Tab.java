package dev.ring3.it.console;

import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A page of a browser: looked at and used as a person would, by what is written on it. */
final class Tab implements AutoCloseable {
    private static final int WAIT_SECONDS_MAX = 30;
    private static final int PICTURE_PIXELS_MAX = 4000;

    /** What is searched when something is to be clicked: the innermost element that says just this. */
    private static final String FIND = """
            (text) => [...(document.querySelector('dialog[open]') ?? document).querySelectorAll('button, a, label, summary, [role="tab"]')]
              .filter((e) => e.getClientRects().length && !e.disabled)
              .find((e) => (e.getAttribute('aria-label') ?? e.textContent).trim().replace(/\\s+/g, ' ') === text
                || e.textContent.trim().replace(/\\s+/g, ' ') === text)""";

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final DevTools tools;
    private int width = 1360;

    Tab(URI address) {
        tools = DevTools.connect(address, this::hear);
        tools.ask("Runtime.enable");
        tools.ask("Log.enable");
        tools.ask("Page.enable");
        show(1360, false);
    }

    private void hear(String method, JsonObject event) {
        switch (method) {
            case "Runtime.exceptionThrown" ->
                errors.add(event.object("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> errors.add("console." + event.text("type") + ": " + event);
            case "Log.entryAdded" -> errors.add(event.object("entry").text("text") + " " + event);
            default -> {}
        }
    }

    /** What went wrong so far: exceptions, refusals by the policy, requests that failed, and anything that was logged. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    void forgetErrors() {
        errors.clear();
    }

    /** Opens an address, and waits until it is loaded. */
    void open(String address) {
        tools.ask("Page.navigate", new JsonObject().put("url", address));
        await("document.readyState === 'complete'");
    }

    /** Sets how wide the window is, and whether it is dark. */
    void show(int widthPixels, boolean dark) {
        width = widthPixels;
        boolean phone = widthPixels < 500;
        tools.ask(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", widthPixels)
                        .put("height", phone ? 844 : 900)
                        .put("deviceScaleFactor", phone ? 2 : 1)
                        .put("mobile", phone));
        tools.ask(
                "Emulation.setEmulatedMedia",
                new JsonObject()
                        .putObjects(
                                "features",
                                List.of(
                                        new JsonObject()
                                                .put("name", "prefers-color-scheme")
                                                .put("value", dark ? "dark" : "light"),
                                        // No colour is looked at while it still changes.
                                        new JsonObject()
                                                .put("name", "prefers-reduced-motion")
                                                .put("value", "reduce"))));
    }

    /** The value of an expression, as text; of a promise, what it comes to. */
    String evaluate(String expression) {
        JsonObject answer = tools.ask(
                "Runtime.evaluate",
                new JsonObject()
                        .put("expression", "(async () => String(await (%s)))()".formatted(expression))
                        .put("awaitPromise", true)
                        .put("returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.object("exceptionDetails"));
        }
        return answer.object("result").text("value");
    }

    /** Waits until an expression is true. */
    void await(String condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (!isTrue(condition)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in %d s: %s; the page says:%n%s%nerrors: %s"
                        .formatted(WAIT_SECONDS_MAX, condition, text(), errors));
            }
            try {
                Thread.sleep(30);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean isTrue(String condition) {
        try {
            return Boolean.parseBoolean(evaluate(condition));
        } catch (IllegalStateException | AssertionError e) {
            return false; // between two pages there is none
        }
    }

    /** All that can be read. */
    String text() {
        return evaluate("document.body.innerText");
    }

    void awaitText(String text) {
        await("document.body.innerText.includes(%s)".formatted(Chromium.quoted(text)));
    }

    void awaitNoText(String text) {
        await("!document.body.innerText.includes(%s)".formatted(Chromium.quoted(text)));
    }

    /** Clicks on the button or link that says this, with a real pointer. */
    void click(String text) {
        String element = "(%s)(%s)".formatted(FIND, Chromium.quoted(text));
        await("!!" + element);
        // In the middle of its first box, where it must be the topmost.
        JsonObject at = JsonObject.parse(evaluate("""
                (() => { const e = %s; e.scrollIntoView({ block: 'center' }); const b = e.getClientRects()[0];
                  return JSON.stringify({ x: Math.round(b.left + b.width / 2), y: Math.round(b.top + b.height / 2) }); })()""".formatted(element)));
        for (String type : List.of("mousePressed", "mouseReleased")) {
            tools.ask(
                    "Input.dispatchMouseEvent",
                    new JsonObject()
                            .put("type", type)
                            .put("x", at.number("x"))
                            .put("y", at.number("y"))
                            .put("button", "left")
                            .put("clickCount", 1));
        }
    }

    /** Puts a text into a field of the form, in place of what was there. */
    void fill(String field, String text) {
        String element = "document.querySelector('[name=%s]')".formatted(Chromium.quoted(field));
        await("!!" + element);
        evaluate("%s.select()".formatted(element));
        evaluate("%s.focus()".formatted(element));
        tools.ask("Input.insertText", new JsonObject().put("text", text));
    }

    /** Sets a control and tells the page, as its user's hand would. */
    void set(String selector, String value) {
        await("!!document.querySelector(%s)".formatted(Chromium.quoted(selector)));
        evaluate("""
                (() => { const e = document.querySelector(%s); e.value = %s;
                  e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); })()""".formatted(Chromium.quoted(selector), Chromium.quoted(value)));
    }

    /** Presses a key: {@code Tab}, {@code Enter}, {@code Escape}. */
    void press(String key) {
        int code = switch (key) {
            case "Tab" -> 9;
            case "Enter" -> 13;
            case "Escape" -> 27;
            default -> throw new IllegalArgumentException(key);
        };
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event = new JsonObject()
                    .put("type", type)
                    .put("key", key)
                    .put("code", key)
                    .put("windowsVirtualKeyCode", code);
            if (key.equals("Enter") && type.equals("keyDown")) {
                event.put("text", "\r");
            }
            tools.ask("Input.dispatchKeyEvent", event);
        }
    }

    /** Chooses files for an upload. */
    void choose(String selector, Path file) {
        await("!!document.querySelector(%s)".formatted(Chromium.quoted(selector)));
        JsonObject handle = tools.ask(
                "Runtime.evaluate",
                new JsonObject().put("expression", "document.querySelector(%s)".formatted(Chromium.quoted(selector))));
        tools.ask(
                "DOM.setFileInputFiles",
                new JsonObject()
                        .put("objectId", handle.object("result").text("objectId"))
                        .put("files", Json.array(List.of(Json.of(file.toString())))));
    }

    /** Keeps what is to be seen. */
    void picture(Path file) throws IOException {
        long height = Long.parseLong(evaluate("document.documentElement.scrollHeight"));
        JsonObject clip = new JsonObject()
                .put("x", 0)
                .put("y", 0)
                .put("width", width)
                .put("height", Math.min(PICTURE_PIXELS_MAX, height))
                .put("scale", 1);
        JsonObject picture = tools.ask(
                "Page.captureScreenshot",
                new JsonObject()
                        .put("format", "png")
                        .put("captureBeyondViewport", true)
                        .put("clip", clip));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(picture.text("data")));
    }

    @Override
    public void close() {
        tools.close();
    }
}
