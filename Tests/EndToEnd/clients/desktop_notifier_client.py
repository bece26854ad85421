"""The desktop-notifier package: it reads the introspection data, sends, and hears the clicks."""
import asyncio

from desktop_notifier import Button, DesktopNotifier, Urgency


async def main():
    notifier = DesktopNotifier(app_name='desktop-notifier client')
    over = asyncio.Event()

    def say(*words):
        print(*words, flush=True)

    def done(*words):
        say(*words)
        over.set()

    print('capabilities', sorted(c.name for c in await notifier.get_capabilities()), flush=True)
    await notifier.send(
        title='from desktop-notifier', message='its body', urgency=Urgency.Critical,
        buttons=[Button(title='Yes', on_pressed=lambda: say('pressed')),
                 Button(title='No', on_pressed=lambda: say('refused'))],
        on_clicked=lambda: say('clicked'), on_dismissed=lambda: done('dismissed'))
    print('sent', flush=True)
    try:
        await asyncio.wait_for(over.wait(), 10)
    except asyncio.TimeoutError:
        print('nothing', flush=True)


asyncio.run(main())
