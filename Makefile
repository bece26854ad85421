# Everything one does with hark. `make help` lists it.

SWIFT_FLAGS = --explicit-target-dependency-import-check error
RESOURCES := $(shell swiftc -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
TRIPLE := $(shell swiftc -print-target-info 2>/dev/null | sed -n 's/.*"triple": "\(.*\)".*/\1/p')
# Embedded Swift leaves Unicode's tables and the mathematics library to whoever links.
RELEASE_FLAGS = $(SWIFT_FLAGS) -c release \
  -Xlinker $(RESOURCES)/embedded/$(TRIPLE)/libswiftUnicodeDataTables.a -Xlinker -lm -Xlinker --gc-sections

# Wayland's protocols come as XML from the system; the code for them is made here.
WAYLAND_PROTOCOLS := $(shell pkg-config --variable=pkgdatadir wayland-protocols 2>/dev/null)
PROTOCOLS = stable/xdg-shell/xdg-shell stable/viewporter/viewporter \
  staging/fractional-scale/fractional-scale-v1 staging/xdg-activation/xdg-activation-v1
GENERATED = Sources/CWayland/generated

.PHONY: build protocols
build: protocols
	swift build $(RELEASE_FLAGS)

protocols: $(foreach p,$(PROTOCOLS),$(GENERATED)/$(notdir $(p)).c)

define protocol
$(GENERATED)/$(notdir $(1)).c: $(WAYLAND_PROTOCOLS)/$(1).xml
	@mkdir -p $(GENERATED) Sources/CWayland/include/generated
	wayland-scanner client-header $$< Sources/CWayland/include/generated/$(notdir $(1)).h
	wayland-scanner private-code $$< $$@
endef
$(foreach p,$(PROTOCOLS),$(eval $(call protocol,$(p))))
