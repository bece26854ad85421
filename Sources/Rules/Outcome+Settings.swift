package import Configuration

extension Outcome {
  package static var settings: [Setting<Outcome>] {
    places + contents + looks + [run]
  }

  private static var places: [Setting<Outcome>] {
    [
      Setting(
        "urgency",
        .choice,
        "Another urgency.",
        get: { $0.urgency },
        set: { $0.urgency = $1 }
      ),
      Setting(
        "timeout",
        .integer(0...86_400_000, "ms"),
        "How long the popup stays; 0 is for ever.",
        get: { $0.timeout },
        set: { $0.timeout = $1 }
      ),
      Setting(
        "popup",
        .boolean,
        "Whether it pops up.",
        get: { $0.popup },
        set: { $0.popup = $1 }
      ),
      Setting(
        "centre",
        .boolean,
        "Whether it is in the list of what is live.",
        get: { $0.centre },
        set: { $0.centre = $1 }
      ),
      Setting(
        "history",
        .boolean,
        "Whether it is remembered when it is closed.",
        get: { $0.history },
        set: { $0.history = $1 }
      ),
      Setting(
        "store",
        .boolean,
        "Whether it may ever be written to the disk.",
        get: { $0.store },
        set: { $0.store = $1 }
      ),
      Setting(
        "drop",
        .boolean,
        "Nothing is done with it but to answer the sender.",
        get: { $0.drop },
        set: { $0.drop = $1 }
      ),
      Setting(
        "keep_after_close",
        .boolean,
        "It stays in the list when its sender closes it.",
        get: { $0.keepAfterClose },
        set: { $0.keepAfterClose = $1 }
      ),
      Setting(
        "pass_level",
        .integer(0...100),
        "It passes a quiet of this level, and of lower ones.",
        get: { $0.passLevel },
        set: { $0.passLevel = $1 }
      ),
    ]
  }

  private static var contents: [Setting<Outcome>] {
    [
      Setting(
        "sound",
        .text("a sound's name, a file, or \"none\""),
        "The sound that comes with it.",
        get: { $0.sound },
        set: { $0.sound = $1 }
      ),
      Setting(
        "group",
        .text,
        "What it is grouped by, in place of its app.",
        get: { $0.group },
        set: { $0.group = $1 }
      ),
      Setting(
        "tag",
        .text,
        "Another tag: of one app's notifications with one tag the last one stays.",
        get: { $0.tag },
        set: { $0.tag = $1 }
      ),
      Setting(
        "category",
        .text,
        "Another category.",
        get: { $0.category },
        set: { $0.category = $1 }
      ),
    ]
  }

  private static var looks: [Setting<Outcome>] {
    [
      Setting(
        "icon",
        .text("an icon's name or file"),
        "Another icon.",
        get: { $0.icon },
        set: { $0.icon = $1 }
      ),
      color("background", { $0.background }, { $0.background = $1 }),
      color("border", { $0.border }, { $0.border = $1 }),
      color("app_name", { $0.appName }, { $0.appName = $1 }),
      color("title", { $0.title }, { $0.title = $1 }),
      color("body", { $0.body }, { $0.body = $1 }),
      color("accent", { $0.accent }, { $0.accent = $1 }),
      color("button", { $0.button }, { $0.button = $1 }),
      Setting(
        "format",
        format,
        "Title, and below it text: %a app, %s title, %b text, %c category, %p progress, %%.",
        get: { $0.format },
        set: { $0.format = $1 }
      ),
    ]
  }

  private static var format: Kind<String> {
    let name = "a string that is not empty"
    return Kind(
      name,
      convert: {
        guard case .string(let text) = $0, !text.utf8.contains(0),
          text.utf8.contains(where: { $0 > UInt8(ascii: " ") })
        else { return nil }
        return text
      },
      write: { .string($0) }
    )
  }

  private static func color(
    _ name: String,
    _ get: @escaping (Style) -> StyleColor?,
    _ set: @escaping (inout Style, StyleColor) -> Void
  ) -> Setting<Outcome> {
    let kind = Kind<StyleColor>(
      "a colour such as \"#1d1f24\"",
      convert: { if case .string(let text) = $0 { StyleColor(text) } else { nil } },
      write: { .string($0.text) }
    )
    return Setting(
      "style.\(name)",
      kind,
      "The popup's colour of that name.",
      get: { get($0.style) },
      set: { set(&$0.style, $1) }
    )
  }

  private static var run: Setting<Outcome> {
    let command = Kind<RunCommand>.table(
      "a table with `command`",
      RunCommand(),
      RunCommand.settings
    )
    return Setting(
      "run",
      .oneOrMore(of: command),
      "Programs to start. Those of several rules all run; `run = []` takes back the earlier ones.",
      get: { $0.run.isEmpty ? nil : $0.run },
      set: { $0.run = $1.isEmpty ? [] : $0.run + $1 }
    )
  }
}

extension RunCommand {
  static var settings: [Setting<RunCommand>] {
    let arguments = Kind<[String]>.list(of: .text, "an array: a program and its arguments")
    let program = Kind<[String]>(
      arguments.name,
      read: { value, report in
        guard let words = arguments.read(value, &report) else { return nil }
        if words.first?.isEmpty == false { return words }
        report.add(value.place, "no program", expected: arguments.name)
        return nil
      },
      write: arguments.write
    )
    return [
      Setting(
        "command",
        program,
        "Started as it is, without a shell; what it is about is in its environment.",
        isRequired: true,
        get: { $0.command },
        set: { $0.command = $1 }
      ),
      Setting(
        "on",
        .choice,
        "When: it pops up, one of its actions is taken, or it is closed.",
        get: { $0.occasion },
        set: { $0.occasion = $1 }
      ),
    ]
  }
}
