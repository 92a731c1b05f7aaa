from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dam", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="facts",
            name="highlights",
            field=models.FloatField(default=0.0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="facts",
            name="overexposure",
            field=models.FloatField(default=0.0),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="facts",
            name="sharpness",
            field=models.FloatField(blank=True, null=True),
        ),
    ]
