/// Dotted integers only: Chromium parses it as such (FD-020).
package let harkVersion = "0.1.0"
